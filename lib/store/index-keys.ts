import { spread } from '../hashing/spread.ts';
import { TICK_PARTITIONS } from '../topology.ts';
import type { BufferKey } from './buffer-key.ts';
import type { JobList } from './job-ports.ts';
import type { RecordKey } from './keys.ts';

/**
 * Computes the due index partition of a record that belongs to no batch. Earlier versions have spread the records of
 * all batches over these partitions.
 */
export const tickOf = (partitionKey: string): number => spread(partitionKey, TICK_PARTITIONS);

/** The least partitions that a list is spread over: one takes about 1,000 write units a second. */
const LEAST_LIST_PARTITIONS = 4;
/** Milliseconds since the epoch, written so that texts sort as the numbers do. */
const TIME_DIGITS = 15;

/** Where a job stands in the job index. Names have no `|`. */
export const listKey = (
  list: JobList,
  batch: string,
  id: string,
  at: number,
  parts: number,
): { list: string; listAt: string } => ({
  list: `${batch}|${list}|${spread(id, Math.max(parts, LEAST_LIST_PARTITIONS))}`,
  listAt: listAt(at, id),
});

/** A job's place in a list: texts sort as the times do, and no two jobs have the same. */
export const listAt = (at: number, id: string): string =>
  `${String(Math.floor(at)).padStart(TIME_DIGITS, '0')}|${id}`;

/** Where a head stands in its batch's line, which is in the job index. */
export const lineKey = (
  { batch }: BufferKey,
  pk: string,
  place: number,
): { list: string; listAt: string } => ({
  list: `${batch}|line|${spread(pk, LEAST_LIST_PARTITIONS)}`,
  listAt: String(place).padStart(TIME_DIGITS, '0'),
});

/** All partitions of a list, or of a batch's line. */
export const listPartitions = (list: JobList | 'line', batch: string, parts = 1): string[] =>
  Array.from({ length: Math.max(parts, LEAST_LIST_PARTITIONS) }, (_, part) => `${batch}|${list}|${part}`);

/** Reads what an entry of the due index names. */
export function parseDueKey({
  pk,
}: RecordKey): { buffer: BufferKey } | { job: string } | { control: string } | undefined {
  const [kind, first = '', shard = '', ...rest] = pk.split('|');
  if (kind === 'job') return { job: first };
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
