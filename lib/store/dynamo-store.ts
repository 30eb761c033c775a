import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTable } from './dynamo-table.ts';
import type { Store } from './ports.ts';
import { tableStore } from './table-store.ts';

/**
 * The whole store in one DynamoDB table.
 *
 * @param version the schema version that it writes, and the latest that it reads. Default: this version's own
 */
export function dynamoStore(
  client: DynamoDBClient,
  tableName: string,
  now: () => number,
  version?: number,
): Store {
  return tableStore(new DynamoTable(client, tableName), now, version);
}
