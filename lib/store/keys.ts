import { createHash } from 'node:crypto';
import { spread } from '../hashing/spread.ts';
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

/** A group as a key has it. */
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

/** What a partition of the due index holds: the jobs that have not ended are by themselves, so that they can be listed. */
export type DueKind = 'jobs' | 'rest';

const PARTITION_BYTES = 6;

/** A batch's partition of the due index: its key is a number, so that it is a hash of 48 bits. */
const duePartition = (batch: string, kind: DueKind, part: number): number =>
  TICK_PARTITIONS +
  createHash('sha256').update(`${batch}|${kind}|${part}`).digest().readUIntBE(0, PARTITION_BYTES);

/** All partitions of the due index that a batch has for a kind of record. */
export const duePartitions = (batch: string, kind: DueKind, parts: number): number[] =>
  Array.from({ length: parts }, (_, part) => duePartition(batch, kind, part));

/** The partition of the due index that a batch's record is in: the same record always gets the same. */
export const duePartitionOf = (batch: string, kind: DueKind, partitionKey: string, parts: number): number =>
  duePartition(batch, kind, spread(partitionKey, parts));
