import { createHash } from 'node:crypto';
import { spread } from '../hashing/spread.ts';
import { TICK_PARTITIONS } from '../topology.ts';
import type { BufferKey } from './buffer-key.ts';

/** A record's primary key. */
export interface RecordKey {
  readonly pk: string;
  readonly sk: string;
}

const HEAD = 'head';
const JOB = 'job';
const SLOT = 'slot|';
/** Slots are below maxSize, at most 10,000, so that five digits sort them as numbers. */
const SLOT_DIGITS = 5;

/**
 * Makes a head's key. Names have no `|`, and a group is written as JSON. So two buffers never have the same key, whatever
 * characters their groups hold.
 */
export const headKey = ({ batch, shard, group }: BufferKey): RecordKey => ({
  pk: `buffer|${batch}|${shard}|${groupName(group)}`,
  sk: HEAD,
});

/** Writes a group for a key. */
export const groupName = (group: string | undefined): string =>
  group === undefined ? '' : JSON.stringify(group);

export const jobKey = (id: string): RecordKey => ({ pk: `job|${id}`, sk: JOB });

export const leaseKey = (name: string): RecordKey => ({ pk: `lease|${name}`, sk: 'lease' });

export const slotKey = (job: string, slot: number): RecordKey => ({
  pk: jobKey(job).pk,
  sk: SLOT + String(slot).padStart(SLOT_DIGITS, '0'),
});

/** The record that names the batches whose definitions were removed. */
export const removedKey: RecordKey = { pk: 'ticker|removed', sk: 'removed' };

/** The record that names all batches, each with the number of its partitions in each index. */
export const batchesKey: RecordKey = { pk: 'ticker|batches', sk: 'batches' };

/** The control record of a batch. */
export const controlKey = (batch: string): RecordKey => ({ pk: `control|${batch}|0`, sk: 'control' });

/**
 * The kinds of records in due index partitions. Jobs that have not ended have partitions of their own, so that they
 * can be listed.
 */
export type DueKind = 'jobs' | 'rest';

const PARTITION_BYTES = 6;

/** A batch's partition of the due index: its key is a number, so that it is a hash of 48 bits. */
const duePartition = (batch: string, kind: DueKind, part: number): number =>
  TICK_PARTITIONS +
  createHash('sha256').update(`${batch}|${kind}|${part}`).digest().readUIntBE(0, PARTITION_BYTES);

/** All partitions of the due index that a batch has for a kind of record. */
export const duePartitions = (batch: string, kind: DueKind, parts: number): number[] =>
  Array.from({ length: parts }, (_, part) => duePartition(batch, kind, part));

/** Computes the due index partition of a batch's record. A record always gets the same one. */
export const duePartitionOf = (batch: string, kind: DueKind, partitionKey: string, parts: number): number =>
  duePartition(batch, kind, spread(partitionKey, parts));
