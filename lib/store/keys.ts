import { spread } from '../spread.ts';
import { TICK_PARTITIONS } from '../topology.ts';
import type { BufferKey } from './records.ts';

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
  pk: `buffer|${batch}|${shard}|${group === undefined ? '' : JSON.stringify(group)}`,
  sk: HEAD,
});

export const jobKey = (id: string): RecordKey => ({ pk: `job|${id}`, sk: JOB });

export const leaseKey = (name: string): RecordKey => ({ pk: `lease|${name}`, sk: 'lease' });

export const slotKey = (job: string, slot: number): RecordKey => ({
  pk: jobKey(job).pk,
  sk: SLOT + String(slot).padStart(SLOT_DIGITS, '0'),
});

/** A dedup marker's key; `hash` is the dedup key's hash, since a sort key holds at most 1,024 bytes. */
export const dedupKey = (job: string, hash: string): RecordKey => ({ pk: jobKey(job).pk, sk: KEY + hash });

/** The index partition of a record: any even spread will do, and the same record always gets the same. */
export const tickOf = (partitionKey: string): number => spread(partitionKey, TICK_PARTITIONS);

/** What a key found in the due index names. */
export function parseDueKey({ pk }: RecordKey): { buffer: BufferKey } | { job: string } | undefined {
  const [kind, first = '', shard = '', ...rest] = pk.split('|');
  if (kind === JOB) return { job: first };
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
