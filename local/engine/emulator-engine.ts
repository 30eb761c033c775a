import { Agent } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Settings } from '#lib/deployment/settings';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';
import { EMULATOR } from '#lib/store/emulator';
import type { Clock } from '#lib/store/services';
import { SqsQueues } from '#lib/store/sqs-queues';
import { tableStore } from '#lib/store/table-store';
import { consumerOf, type Topology } from '#lib/topology';
import { sqsReceiver } from '../event-sources/sqs-receiver.ts';
import type { Engine } from './engine.ts';
import { provision } from './provision.ts';

/** Keeps a deployment's records and messages on an emulator of DynamoDB and SQS, through the AWS clients. */
export async function emulatorEngine(
  topology: Topology,
  clock: Clock,
  endpoints: NonNullable<Settings['endpoints']>,
): Promise<Engine & { readonly queueUrlBase: string }> {
  const clients = createClients({ endpoints });
  const queueUrlBase = await provision(topology, clients);
  // each source keeps a connection open for as long as it waits for messages
  const polling = new SQSClient({
    ...EMULATOR,
    endpoint: endpoints.sqs,
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }) },
  });
  return {
    store: tableStore(new DynamoTable(clients.dynamodb, topology.table.name), clock.now),
    queues: new SqsQueues(
      clients.sqs,
      topology.deployment,
      queueUrlBase,
      batch => consumerOf(topology, batch)?.pool,
    ),
    receiverOf: ({ name }) => sqsReceiver(polling, queueUrlBase + name),
    isDurable: false,
    queueUrlBase,
    // an emulator has written when it answers
    settled: async () => {},
    async stop() {
      polling.destroy();
      clients.sqs.destroy();
      clients.dynamodb.destroy();
    },
  };
}
