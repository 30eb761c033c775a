import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Controls } from './controls.ts';
import { DueEntries, Leases } from './due-entries.ts';
import { DynamoTable } from './dynamo-table.ts';
import { Heads } from './heads.ts';
import { Jobs } from './jobs.ts';
import type { Store } from './ports.ts';
import { Windows } from './windows.ts';

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
  const table = new DynamoTable(client, tableName, version);
  return {
    heads: new Heads(table),
    windows: new Windows(table, now),
    jobs: new Jobs(table, now),
    index: new DueEntries(table),
    leases: new Leases(table),
    controls: new Controls(table),
  };
}
