import pLimit from 'p-limit';
import { jobId } from '../buffer/job-id.ts';
import { publishAll } from '../buffer/publish.ts';
import { type SealOptions, seal } from '../buffer/seal.ts';
import { lastWindow, leftBehind, MARKERS_LEFT_BEHIND } from '../buffer/seal-plan.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError } from '../errors.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { SealServices, Services } from '../store/services.ts';

const PARALLEL_BUFFERS = 16;

/** A job that a flush has made. */
export interface FlushedJob {
  readonly job: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
  /** The number of slots of its window. There may be fewer items. */
  readonly items: number;
}

export interface FlushOptions {
  /** Flushes this group's buffers alone. Default: all open buffers of the batch. */
  readonly group?: string | undefined;
  /** Flushes even if the batch is paused. The jobs then wait for the resume. Default `false`. */
  readonly force?: boolean;
}

/**
 * Seals all buffered windows, even those with few items.
 *
 * @returns the jobs that it made
 * @throws BusyError `batch.paused`, unless `force` is set: the batch is paused, or was paused before everything was
 *   flushed. Its `details` then say how many jobs were made (`flushed`)
 */
export async function flush(
  services: SealServices,
  definition: Definition,
  { group, force = false }: FlushOptions = {},
): Promise<FlushedJob[]> {
  if (!force) await assertFlushes(services, definition);
  const buffers = await openBuffers(services, definition, group);
  // without `force` the flush stops if the batch is paused meanwhile
  const holding = force ? { isHeld: async () => false } : {};
  const { jobs, left, failures } = await sealBuffers(services, buffers, 'manual', holding);
  if (failures.length > 0) throw failures[0];
  if (left && !force) await assertFlushes(services, definition, jobs.length);
  return jobs;
}

/** @throws BusyError `batch.paused` while a batch is paused. @param flushed jobs that were made before it was paused */
export async function assertFlushes(
  { store }: Pick<Services, 'store'>,
  { name }: Pick<Definition, 'name'>,
  flushed = 0,
): Promise<void> {
  // read again, not from the cache: an operator may have paused the batch within the last second
  if (!(await store.controls.readControl(name)).paused) return;
  throw new BusyError(
    ERROR_CODES.paused,
    flushed === 0
      ? `batch ${JSON.stringify(name)} is paused, and nothing of it is flushed; resume it, or force the flush.`
      : `batch ${JSON.stringify(name)} was paused while it was flushed: ${flushed} jobs were made, and the rest is still buffered; resume it, or force the flush.`,
    { details: { batch: name, ...(flushed > 0 && { flushed }) } },
  );
}

/**
 * Finds the buffers of a batch, or of one group of it, that may hold items. For a whole batch the due index also finds
 * buffers that get no adds any more, since an earlier definition had more shards or other groups.
 */
export async function openBuffers(
  { store }: Pick<Services, 'store'>,
  definition: Definition,
  group?: string,
): Promise<BufferKey[]> {
  if (group !== undefined) return shardsOf(definition, group);
  return withOwn(definition, await store.index.buffersOf(definition.name));
}

/** Adds to the buffers that the index shows, which may lag, those that a batch without groups has in any case. */
export function withOwn(definition: Definition, found: BufferKey[]): BufferKey[] {
  if (definition.groupBy) return found;
  const own = shardsOf(definition, undefined);
  return [...own, ...found.filter(({ group, shard }) => group !== undefined || shard >= own.length)];
}

const shardsOf = ({ name: batch, shards }: Definition, group: string | undefined): BufferKey[] =>
  Array.from({ length: shards }, (_, shard) => ({ batch, group, shard }));

/**
 * Seals all windows that these buffers hold now. Items that are added meanwhile stay buffered. After a failure it begins no
 * further buffer, and waits for those that it has begun: Lambda freezes the process after its answer.
 *
 * @param holding decides whether nothing may be sealed. Default: nothing may while the batch is paused
 * @returns the jobs that it made, whether windows are left, and what failed
 */
export async function sealBuffers(
  services: SealServices,
  buffers: readonly BufferKey[],
  reason: 'manual' | 'drain',
  holding: Pick<SealOptions, 'isHeld'>,
): Promise<{ readonly jobs: FlushedJob[]; readonly left: boolean; readonly failures: readonly unknown[] }> {
  const limit = pLimit(PARALLEL_BUFFERS);
  const failures: unknown[] = [];
  const heads = await services.store.heads.readHeads(buffers);
  const sealed = await Promise.all(
    heads.map(({ buffer, head }) =>
      limit(async () => {
        const none = { own: [], left: true };
        if (failures.length > 0) return none;
        try {
          const upTo = lastWindow(head);
          const seen = await publishLeftBehind(services, buffer, head);
          const own = await seal(services, buffer, seen, { demand: { reason, upTo }, ...holding });
          const left = own.length <= upTo - head.window && (await isOpen(services, buffer, head.epoch, upTo));
          return { own, left };
        } catch (error) {
          failures.push(error);
          return none;
        }
      }),
    ),
  );
  const jobs = sealed
    .flatMap(({ own }) => own)
    .map(({ buffer, epoch, sealed: { window, count } }) => ({
      job: jobId(services.deployment, buffer, epoch, window),
      ...(buffer.group !== undefined && { group: buffer.group }),
      items: count,
    }));
  return { jobs, left: sealed.some(({ left }) => left), failures };
}

/** Publishes the windows of a head that has so many unpublished ones that no sealer would seal another. */
async function publishLeftBehind(services: SealServices, buffer: BufferKey, head: Head): Promise<Head> {
  const { epoch } = head;
  const left = leftBehind(head, services.clock.now());
  if (left.length < MARKERS_LEFT_BEHIND) return head;
  const windows = left.map(sealed => ({ buffer, epoch, sealed, head }));
  return (await publishAll(services, windows)) ?? head;
}

/** Returns whether a window, or an earlier one, is still open. */
async function isOpen(
  { store }: Pick<Services, 'store'>,
  buffer: BufferKey,
  epoch: string,
  window: number,
): Promise<boolean> {
  const head = await store.heads.readHead(buffer);
  return head?.open !== undefined && head.epoch === epoch && head.window <= window;
}
