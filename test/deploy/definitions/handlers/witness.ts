import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { BatchContext } from 'cistern';
import { type Run, WITNESS } from '../../witness.ts';

const client = new DynamoDBClient();

/** Takes down what a batch has, once per run. */
export default async function witness(context: BatchContext<unknown>): Promise<void> {
  const seen: Run = {
    job: context.id,
    group: context.groupKey,
    attempt: context.attempt,
    reason: context.flushReason,
    items: context.batch,
    createdAt: context.createdAt.getTime(),
    at: Date.now(),
  };
  await client.send(
    new PutItemCommand({
      TableName: process.env[WITNESS.variable],
      Item: {
        [WITNESS.partitionKey]: { S: context.name },
        [WITNESS.sortKey]: { S: `${context.id} ${randomUUID()}` },
        seen: { S: JSON.stringify(seen) },
      },
    }),
  );
}
