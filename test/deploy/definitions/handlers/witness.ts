import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { BatchContext, EndedJob } from 'cistern';
import { type Run, WITNESS } from '../../witness.ts';

const client = new DynamoDBClient();

/** Takes down what a batch has, once per run. */
export default function witness(context: BatchContext<unknown>): Promise<void> {
  return takeDown(context.name, {
    job: context.id,
    by: 'handler',
    group: context.groupKey,
    attempt: context.attempt,
    reason: context.flushReason,
    items: context.batch,
    createdAt: context.createdAt.getTime(),
    at: Date.now(),
  });
}

/** Takes down what a job had that has died. */
export function onDead(job: EndedJob<unknown>, error: Error): Promise<void> {
  return takeDown(job.batch, {
    job: job.id,
    by: 'onDead',
    group: job.group,
    attempt: job.attempts.length,
    reason: error.message,
    items: job.items,
    createdAt: job.createdAt.getTime(),
    at: Date.now(),
  });
}

async function takeDown(batch: string, seen: Run): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: process.env[WITNESS.variable],
      Item: {
        [WITNESS.partitionKey]: { S: batch },
        [WITNESS.sortKey]: { S: `${seen.job} ${randomUUID()}` },
        seen: { S: JSON.stringify(seen) },
      },
    }),
  );
}
