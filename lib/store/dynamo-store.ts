import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoControls } from './dynamo-controls.ts';
import { DynamoDueIndex, DynamoLeases } from './dynamo-due.ts';
import { DynamoHeads } from './dynamo-heads.ts';
import { DynamoJobs } from './dynamo-jobs.ts';
import { DynamoWindows } from './dynamo-windows.ts';
import type { Store } from './ports.ts';
import { Table } from './table.ts';

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
  const table = new Table(client, tableName, version);
  return {
    heads: new DynamoHeads(table),
    windows: new DynamoWindows(table, now),
    jobs: new DynamoJobs(table, now),
    index: new DynamoDueIndex(table),
    leases: new DynamoLeases(table),
    controls: new DynamoControls(table),
  };
}
