import { afterAll, beforeAll } from '@jest/globals';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';
import { topology } from '#lib/topology';
import { createTable } from '../../local/engine/provision.ts';
import { tableContract } from './table-contract.ts';

/** Runs the contract on a DynamoDB endpoint, in a table of its own. */
export function dynamoContract(
  name: string,
  start: () => Promise<{ url: string; stop: () => Promise<void> }>,
) {
  const { table } = topology('contract', []);
  let clients: Clients;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engine = await start();
    stop = engine.stop;
    clients = createClients({ endpoints: { dynamodb: engine.url, sqs: engine.url } });
    await createTable(table, clients);
  });
  afterAll(async () => {
    clients.dynamodb.destroy();
    await stop();
  });
  tableContract(name, () => new DynamoTable(clients.dynamodb, table.name));
}
