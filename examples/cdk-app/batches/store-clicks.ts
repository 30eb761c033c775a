import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BatchContext } from 'cistern';
import type { Click } from './index.ts';

const client = new DynamoDBClient();
/** DynamoDB takes so many at a time. */
const PART = 25;

/** Writes a batch of clicks, each under its id, so that a batch that comes twice changes nothing. */
export default async function storeClicks({ batch }: BatchContext<Click>): Promise<void> {
  const table = process.env['CLICKS_TABLE'] ?? '';
  for (let from = 0; from < batch.length; from += PART) {
    let left = batch.slice(from, from + PART).map(({ id, page, at }) => ({
      PutRequest: { Item: { id: { S: id }, page: { S: page }, at: { N: String(at) } } },
    }));
    while (left.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
      );
      left = (UnprocessedItems?.[table] ?? []) as typeof left;
    }
  }
}
