import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Controls } from './controls.ts';
import { DynamoTable } from './dynamo-table.ts';
import { Heads } from './heads.ts';
import { IndexPartitions } from './index-partitions.ts';
import { late } from './late.ts';
import type { Store } from './ports.ts';
import { VersionedTable } from './versioned-table.ts';
import { Windows } from './windows.ts';

/**
 * The whole store in one DynamoDB table. What adding an item needs is there at once. The rest is loaded when it is first
 * used, so that producers start without it.
 *
 * @param version the schema version that it writes, and the latest that it reads. Default: this version's own
 */
export function dynamoStore(
  client: DynamoDBClient,
  tableName: string,
  now: () => number,
  version?: number,
): Store {
  const unversioned = new DynamoTable(client, tableName);
  const table = new VersionedTable(unversioned, version);
  // the record of all batches has no version: whichever wrote it, each version has to read it
  const partitions = new IndexPartitions(unversioned, now);
  return {
    heads: new Heads(table, partitions),
    windows: new Windows(table, now),
    controls: new Controls(table),
    dedupKeys: late(async () => new (await import('./dedup-keys.ts')).DedupKeys(table, now)),
    seals: late(async () => new (await import('./seals.ts')).Seals(table)),
    turns: late(async () => new (await import('./turns.ts')).Turns(table)),
    headSchedules: late(async () => new (await import('./head-schedules.ts')).HeadSchedules(table, now)),
    retention: late(async () => new (await import('./retention.ts')).Retention(table, now)),
    jobs: late(async () => new (await import('./jobs.ts')).Jobs(table, partitions, now)),
    index: late(async () => new (await import('./due-entries.ts')).DueEntries(table)),
    leases: late(async () => new (await import('./due-entries.ts')).Leases(table)),
    slots: late(async () => new (await import('./slots.ts')).Slots(table)),
  };
}
