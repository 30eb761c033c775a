import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { Clients } from '#lib/store/clients';
import type { QueueTopology, TableTopology, Topology } from '#lib/topology';

/** The account of fauxqs's queues. */
const ACCOUNT = '000000000000';

/**
 * Makes the table and the queues of a deployment on an emulator, unless they exist.
 *
 * @returns a queue's URL without its name
 */
export async function provision(topology: Topology, clients: Clients): Promise<string> {
  await createTable(topology.table, clients);
  // a job queue names its dead letter queue, which has to exist first
  const queues = [topology.timer, topology.dead, ...topology.consumers.map(({ jobs }) => jobs)];
  // fauxqs makes a queue in the region of the request's signature, and finds a dead letter queue by its ARN
  const region = await clients.sqs.config.region();
  const bases = new Set<string>();
  for (const queue of queues) {
    const { QueueUrl = '' } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: attributesOf(queue, region) }),
    );
    bases.add(QueueUrl.slice(0, -queue.name.length));
  }
  const [base, ...others] = bases;
  if (base === undefined || others.length > 0) {
    throw new Error(`The queues' URLs differ in more than their names: ${[...bases].join(', ')}`);
  }
  return base;
}

/** Makes the table, unless it exists. */
export async function createTable(table: TableTopology, { dynamodb }: Clients): Promise<void> {
  const { partitionKey, sortKey, dueIndex, jobIndex } = table;
  const definition = (name: string, type: 'S' | 'N') => ({ AttributeName: name, AttributeType: type });
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys(partitionKey, sortKey),
        AttributeDefinitions: [
          definition(partitionKey, 'S'),
          definition(sortKey, 'S'),
          definition(dueIndex.partitionKey, 'N'),
          definition(dueIndex.sortKey, 'N'),
          definition(jobIndex.partitionKey, 'S'),
          definition(jobIndex.sortKey, 'S'),
        ],
        GlobalSecondaryIndexes: [dueIndex, jobIndex].map(index => ({
          IndexName: index.name,
          KeySchema: keys(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

function attributesOf(queue: QueueTopology, region: string): Record<string, string> {
  return {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:${ACCOUNT}:${queue.redrive.queue}`,
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  };
}
