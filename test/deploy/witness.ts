import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';

/** The table in which handlers take down what they see: one record per run. */
export const WITNESS = {
  /** The function's variable that has the table's name. */
  variable: 'CISTERN_TEST_WITNESS',
  partitionKey: 'batch',
  sortKey: 'run',
} as const;

/** One run of a handler. */
export interface Run {
  readonly job: string;
  readonly by: 'handler' | 'onDead';
  readonly group: string | undefined;
  readonly attempt: number;
  readonly reason: string;
  readonly items: readonly unknown[];
  /** When the first item was taken, and when the handler began; ms since the epoch. */
  readonly createdAt: number;
  readonly at: number;
}

/** Every run of a definition's handler, and of its onDead, so far, in no order. */
export async function runsOf(client: DynamoDBClient, table: string, batch: string): Promise<Run[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: '#batch = :batch',
      ExpressionAttributeNames: { '#batch': WITNESS.partitionKey },
      ExpressionAttributeValues: { ':batch': { S: batch } },
      ConsistentRead: true,
    },
  );
  const runs: Run[] = [];
  for await (const { Items = [] } of pages) {
    runs.push(...Items.map(({ seen }): Run => JSON.parse(seen?.S ?? '{}')));
  }
  return runs;
}
