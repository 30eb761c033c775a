import pLimit from 'p-limit';
import { jobId } from '../buffer/job-id.ts';
import { type SealOptions, seal } from '../buffer/seal.ts';
import { lastWindow } from '../buffer/seal-plan.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError } from '../errors.ts';
import type { BufferKey } from '../store/records.ts';
import type { SealServices, Services } from '../store/services.ts';

const PARALLEL_BUFFERS = 16;

/** A job that a flush has made. */
export interface FlushedJob {
  readonly job: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
  /** Slots of its window; items may be fewer. */
  readonly items: number;
}

export interface FlushOptions {
  /** Only this group's buffer. Default: every open one of the batch. */
  readonly group?: string | undefined;
  /** Also while the batch is paused; the jobs then wait until it is resumed. Default `false`. */
  readonly force?: boolean;
}

/**
 * Seals what is buffered, however little it is.
 *
 * @returns the jobs that it made
 * @throws BusyError `batch.paused`, unless forced
 */
export async function flush(
  services: SealServices,
  definition: Definition,
  { group, force = false }: FlushOptions = {},
): Promise<FlushedJob[]> {
  if (!force) await assertFlushes(services, definition);
  const buffers = await openBuffers(services, definition, group);
  // one that is not forced stops where the batch is paused meanwhile
  const holding = force ? { isHeld: async () => false } : {};
  return (await sealBuffers(services, buffers, 'manual', holding)).jobs;
}

/** @throws BusyError `batch.paused` while a batch is paused */
export async function assertFlushes(
  { store }: Pick<Services, 'store'>,
  { name }: Pick<Definition, 'name'>,
): Promise<void> {
  // asked anew: an operator who has just paused the batch is not to be told otherwise by what is believed for a second
  if (!(await store.controls.readControl(name)).paused) return;
  throw new BusyError(
    ERROR_CODES.paused,
    `batch ${JSON.stringify(name)} is paused, and nothing of it is flushed; resume it, or force the flush.`,
    { details: { batch: name } },
  );
}

/**
 * The buffers of a batch, or of one group of it, that may hold something. Of a whole batch it is also those that no add
 * goes to any more, since an earlier definition had more shards or other groups: the due index finds them.
 */
export async function openBuffers(
  { store }: Pick<Services, 'store'>,
  { name: batch, shards, groupBy }: Definition,
  group?: string,
): Promise<BufferKey[]> {
  const own = Array.from({ length: shards }, (_, shard) => ({ batch, group, shard }));
  if (group !== undefined) return own;
  const found = await store.index.buffersOf(batch);
  if (groupBy) return found;
  return [...own, ...found.filter(buffer => buffer.group !== undefined || buffer.shard >= shards)];
}

/**
 * Seals all that these buffers hold now; what comes in meanwhile gathers on.
 *
 * @param holding who may hold it back, where that is not whoever pauses the batch
 * @returns the jobs that it made; and whether it has left some of it, since too many windows wait to be published
 */
export async function sealBuffers(
  services: SealServices,
  buffers: readonly BufferKey[],
  reason: 'manual' | 'drain',
  holding: Pick<SealOptions, 'isHeld'>,
): Promise<{ readonly jobs: FlushedJob[]; readonly left: boolean }> {
  const limit = pLimit(PARALLEL_BUFFERS);
  const heads = await services.store.heads.readHeads(buffers);
  const sealed = await Promise.all(
    heads.map(({ buffer, head }) =>
      limit(async () => {
        const upTo = lastWindow(head);
        const own = await seal(services, buffer, head, { demand: { reason, upTo }, ...holding });
        const left = own.length <= upTo - head.window && (await isOpen(services, buffer, head.epoch, upTo));
        return { own, left };
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
  return { jobs, left: sealed.some(({ left }) => left) };
}

/** Whether a window or one before it is open still: nobody has sealed it. */
async function isOpen(
  { store }: Pick<Services, 'store'>,
  buffer: BufferKey,
  epoch: string,
  window: number,
): Promise<boolean> {
  const head = await store.heads.readHead(buffer);
  return head?.open !== undefined && head.epoch === epoch && head.window <= window;
}
