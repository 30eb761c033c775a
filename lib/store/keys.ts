import { spread } from '../spread.ts';
import { TICK_PARTITIONS } from '../topology.ts';
import type { JobList } from './job-ports.ts';
import type { SlotScope } from './limit-ports.ts';
import type { BufferKey, KeyScope } from './records.ts';

/** A record's primary key. */
export interface RecordKey {
  readonly pk: string;
  readonly sk: string;
}

const HEAD = 'head';
const JOB = 'job';
const SLOT = 'slot|';
const KEY = 'key|';
/** Slots are below maxSize, at most 10,000, so that five digits sort them as numbers. */
const SLOT_DIGITS = 5;

/**
 * A head's key. Names have no `|`, and a group is written as JSON, so that no batch, shard and group can be
 * taken for another's, whatever characters the group holds.
 */
export const headKey = ({ batch, shard, group }: BufferKey): RecordKey => ({
  pk: `buffer|${batch}|${shard}|${groupName(group)}`,
  sk: HEAD,
});

const groupName = (group: string | undefined): string => (group === undefined ? '' : JSON.stringify(group));

export const jobKey = (id: string): RecordKey => ({ pk: `job|${id}`, sk: JOB });

export const leaseKey = (name: string): RecordKey => ({ pk: `lease|${name}`, sk: 'lease' });

export const slotKey = (job: string, slot: number): RecordKey => ({
  pk: jobKey(job).pk,
  sk: SLOT + String(slot).padStart(SLOT_DIGITS, '0'),
});

/**
 * A dedup marker's key; `hash` is the dedup key's hash, since a sort key holds at most 1,024 bytes. A window's
 * markers are in its partition; those that outlive it have a partition each.
 */
export const dedupKey = (scope: KeyScope, hash: string): RecordKey =>
  'job' in scope
    ? { pk: jobKey(scope.job).pk, sk: KEY + hash }
    : { pk: `seen|${scope.batch}|${hash}|${groupName(scope.group)}`, sk: 'seen' };

/** The record that names the batches whose definitions were removed. */
export const removedKey: RecordKey = { pk: 'ticker|removed', sk: 'removed' };

/** The control record of a batch. */
export const controlKey = (batch: string): RecordKey => ({ pk: `control|${batch}|0`, sk: 'control' });

/** A record of slots: those of a batch or group that has many are spread over parts. */
export const slotsKey = ({ kind, batch, group }: SlotScope, part: number): RecordKey => ({
  pk: `slots|${kind}|${batch}|${part}|${group === undefined ? '' : JSON.stringify(group)}`,
  sk: 'slots',
});

/** The index partition of a record: any even spread will do, and the same record always gets the same. */
export const tickOf = (partitionKey: string): number => spread(partitionKey, TICK_PARTITIONS);

/** Partitions that a list is spread over: one takes about 1,000 write units a second, of which a job costs three. */
const LIST_PARTITIONS = 4;
/** Milliseconds since the epoch, written so that texts sort as the numbers do. */
const TIME_DIGITS = 15;

/** Where a job stands in the job index. Names have no `|`. */
export const listKey = (
  list: JobList,
  batch: string,
  id: string,
  at: number,
): { list: string; listAt: string } => ({
  list: `${batch}|${list}|${spread(id, LIST_PARTITIONS)}`,
  listAt: `${String(Math.floor(at)).padStart(TIME_DIGITS, '0')}|${id}`,
});

/** Where a head stands in its batch's line, which is in the job index. */
export const lineKey = (
  { batch }: BufferKey,
  pk: string,
  place: number,
): { list: string; listAt: string } => ({
  list: `${batch}|line|${spread(pk, LIST_PARTITIONS)}`,
  listAt: String(place).padStart(TIME_DIGITS, '0'),
});

/** All partitions of a list, or of a batch's line. */
export const listPartitions = (list: JobList | 'line', batch: string): string[] =>
  Array.from({ length: LIST_PARTITIONS }, (_, part) => `${batch}|${list}|${part}`);

/** What a key found in the due index names. */
export function parseDueKey({
  pk,
}: RecordKey): { buffer: BufferKey } | { job: string } | { control: string } | undefined {
  const [kind, first = '', shard = '', ...rest] = pk.split('|');
  if (kind === JOB) return { job: first };
  if (kind === 'control') return { control: first };
  if (kind !== 'buffer') return undefined;
  const group = rest.join('|');
  return {
    buffer: {
      batch: first,
      shard: Number(shard),
      group: group === '' ? undefined : String(JSON.parse(group)),
    },
  };
}
