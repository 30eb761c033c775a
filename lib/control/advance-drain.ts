import { openJobs } from '../jobs/jobs-of.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { DrainRecord } from '../store/control.ts';
import type { SealServices } from '../store/services.ts';
import {
  afterFlush,
  awaitsPublishing,
  beginningOf,
  begunAgain,
  type DrainFlush,
  isMissed,
  isShown,
  LOOK_EVERY_MS,
  owesFlush,
  published,
  SAYS_EVERY_MS,
  unpublished,
} from './drain-record.ts';
import { sealBuffers } from './flush.ts';
import { endDrain, replaceDrain } from './write-drain.ts';

/** Moves a drain on, if its time for that has come. @returns the drain's record as it is then */
type Step = (services: SealServices, batch: string, drain: DrainRecord) => Promise<DrainRecord | undefined>;

/**
 * Moves the drain of a batch on as far as it can, and ends it if no job is left or its time is up. The ticker calls it, and
 * each process that asks for the drain. Several may do so at the same time: each step writes over the record that it has
 * read, or not at all.
 *
 * @returns the current or the last drain
 */
export async function advanceDrain(services: SealServices, batch: string): Promise<DrainRecord | undefined> {
  let { drain } = await services.store.controls.readControl(batch);
  for (const step of STEPS) {
    if (drain?.state !== 'draining') break;
    drain = await step(services, batch, drain);
  }
  return drain;
}

/** The ticker's look at a drain. It ends the drain if it can, or has the ticker look again. */
export async function lookAtDrain(services: SealServices, batch: string): Promise<void> {
  const drain = await advanceDrain(services, batch);
  if (drain?.state !== 'draining') return;
  const lookAt = services.clock.now() + LOOK_EVERY_MS;
  // a process that has changed the record meanwhile has asked for a look itself
  await services.store.controls.changeControl(batch, {}, { whileDraining: drain, lookAt });
}

/**
 * Seals all buffered windows, sends the parked jobs, and stores in the drain's record that both are done. If the process
 * dies before, or could not seal all windows, the next process that looks at the drain does this again.
 */
export async function flushForDrain(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  buffers: readonly BufferKey[],
): Promise<DrainRecord | undefined> {
  const { store, queues, newId } = services;
  // a pause or a resume ends the drain: the windows that are not sealed by then are left
  const isHeld = async () => {
    const { drain: now } = await store.controls.readControl(batch);
    return now?.id !== drain.id || now.state !== 'draining';
  };
  // others would flush too, with what has come in since
  let saying: Promise<unknown> = Promise.resolve();
  const stop = services.clock.every(SAYS_EVERY_MS, () => {
    saying = sayFlushing(services, batch, drain).catch(() => {});
  });
  try {
    const { jobs, left, failures } = await sealBuffers(services, buffers, 'drain', { isHeld });
    const flush = { name: newId(), beginning: beginningOf(drain), jobs: jobs.length };
    if (failures.length > 0) {
      await noteFlush(services, batch, drain, { ...flush, isWhole: false });
      throw failures[0];
    }
    for await (const job of openJobs(services, batch)) {
      if (job.status === 'parked') await queues.sendJob(batch, { job: job.id }, job.group);
    }
    return await noteFlush(services, batch, drain, { ...flush, isWhole: !left });
  } finally {
    stop();
    await saying;
  }
}

/** Stores that this process is still flushing for a drain. */
async function sayFlushing(services: SealServices, batch: string, { id }: DrainRecord): Promise<void> {
  const { drain } = await services.store.controls.readControl(batch);
  if (drain?.id !== id || drain.state !== 'draining' || drain.begun) return;
  await replaceDrain(services, batch, drain, { ...drain, flushingAt: services.clock.now() });
}

/** Stores what a flush has come to, whatever others have stored meanwhile, unless the drain has ended. */
async function noteFlush(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  flush: DrainFlush,
): Promise<DrainRecord | undefined> {
  let there: DrainRecord | undefined = drain;
  while (there?.id === drain.id && there.state === 'draining') {
    const next = afterFlush(there, flush);
    if (next === there) break;
    // each turn of this loop but the last was lost to another change
    there = await replaceDrain(services, batch, there, next);
  }
  return there;
}

const flushIfOwed: Step = async (services, batch, drain) =>
  owesFlush(drain, services.clock.now())
    ? flushForDrain(services, batch, drain, await services.store.index.buffersOf(batch))
    : drain;

/** Notes since when each sealed window is a job. From then on the index has its time to show all buffers and jobs. */
const notePublished: Step = async (services, batch, drain) => {
  const { clock } = services;
  if (!awaitsPublishing(drain, clock.now())) return drain;
  if (!isPublished(await readHeads(services, batch))) return drain;
  // The jobs were made before the heads were read, and so before this reading of the clock.
  return replaceDrain(services, batch, drain, published(drain, clock.now()));
};

/**
 * Ends a drain that the index shows no job of. Before, it looks at the buffers once more: what was buffered before the
 * drain and is no job yet begins the wait anew.
 */
const endIfDone: Step = async (services, batch, drain) => {
  const { store, clock } = services;
  if (!isShown(drain, clock.now(), store.indexLagMs)) return drain;
  const hasJobs = async () => (await store.jobs.count(batch, 'open', 1)) > 0;
  // the jobs first: it costs a read for each buffer with items to read the heads
  if (await hasJobs()) return drain;
  const heads = await readHeads(services, batch);
  const missed = heads.filter(({ head }) => isMissed(drain, head)).map(({ buffer }) => buffer);
  // Once alone: by a wrong clock, items that come in meanwhile may seem to be older than the drain.
  if (missed.length > 0 && drain.begunAgainAt === undefined) {
    return beginAgain(services, batch, drain, missed);
  }
  if (!isPublished(heads)) return replaceDrain(services, batch, drain, unpublished(drain));
  // a window may have become a job since the jobs were counted
  return (await hasJobs()) ? drain : end(services, batch, drain, 'drained');
};

const endIfLate: Step = async (services, batch, drain) =>
  services.clock.now() >= drain.until ? end(services, batch, drain, 'timed_out') : drain;

const STEPS: readonly Step[] = [flushIfOwed, notePublished, endIfDone, endIfLate];

/** Flushes buffers that the index did not show when the drain began. */
async function beginAgain(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  missed: readonly BufferKey[],
): Promise<DrainRecord | undefined> {
  const at = services.clock.now();
  // Stored before anything is sealed: if this process dies, the drain must not end by the look before.
  const again = await replaceDrain(services, batch, drain, begunAgain(drain, at));
  return again?.begunAgainAt === at ? flushForDrain(services, batch, again, missed) : again;
}

async function end(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  state: 'drained' | 'timed_out',
): Promise<DrainRecord | undefined> {
  const { controls } = services.store;
  const control = await endDrain(services, batch, drain, state, {
    paused: true,
    since: services.clock.now(),
  });
  // another process has changed or ended the drain, or a new drain has begun
  return (control ?? (await controls.readControl(batch))).drain;
}

type Heads = Awaited<ReturnType<SealServices['store']['heads']['readHeads']>>;

/** Reads the heads of all buffers that the index shows. */
const readHeads = async ({ store }: Pick<SealServices, 'store'>, batch: string): Promise<Heads> =>
  store.heads.readHeads(await store.index.buffersOf(batch));

const isPublished = (heads: Heads): boolean => heads.every(({ head }) => head.pending.length === 0);
