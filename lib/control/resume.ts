import pLimit from 'p-limit';
import { armTimer } from '../buffer/arm-timer.ts';
import { seal } from '../buffer/seal.ts';
import { lastWindow } from '../buffer/seal-plan.ts';
import type { Definition } from '../definition/options.ts';
import { openJobs } from '../jobs/jobs-of.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { SealServices } from '../store/services.ts';
import type { ControlState } from './control-state.ts';
import { openBuffers } from './flush.ts';
import { writePause } from './write-pause.ts';

const PARALLEL_BUFFERS = 16;
/** How long after a resume began the ticker looks whether it has ended. If not, the ticker does the rest. */
const RESUME_LOOK_MS = 30_000;

export interface Resumed extends ControlState {
  /** The number of due and full windows that were flushed. */
  readonly flushed: number;
  /** The number of parked jobs that were sent. */
  readonly unparked: number;
}

/**
 * Lets a paused batch go on: due and full windows are flushed, and parked jobs run. A drain that is under way ends. If this
 * process dies during the call, the ticker does the rest within a minute.
 */
export async function resume(services: SealServices, definition: Definition): Promise<Resumed> {
  const { name } = definition;
  const since = services.clock.now();
  const change = { paused: false, ingestionPaused: false, since };
  const control = await writePause(services, name, change, since + RESUME_LOOK_MS);
  const done = await goOn(services, name, await openBuffers(services, definition));
  await services.store.index
    .endLook(name, since)
    // without this write the ticker looks once more, and finds nothing to do
    .catch(error =>
      services.warn('a resume has come to its end, which was not written', error, { batch: name }),
    );
  return { ...control, ...done };
}

/** The ticker's look at a resumed batch. The process that resumed it may have died before it had done all. */
export async function finishResume(services: SealServices, batch: string): Promise<void> {
  const { controls, index } = services.store;
  const { paused, since = 0 } = await controls.readControl(batch);
  if (!paused) await goOn(services, batch, await index.buffersOf(batch));
  await index.endLook(batch, since);
}

/** Flushes the due and full windows of these buffers, and sends the batch's parked jobs. */
async function goOn(
  services: SealServices,
  name: string,
  buffers: readonly BufferKey[],
): Promise<Pick<Resumed, 'flushed' | 'unparked'>> {
  const { store, queues } = services;
  const limit = pLimit(PARALLEL_BUFFERS);
  const heads = await store.heads.readHeads(buffers);
  const sealed = await Promise.all(
    heads.map(({ buffer, head }) => limit(() => sealDue(services, buffer, head))),
  );
  let unparked = 0;
  for await (const job of openJobs(services, name)) {
    if (job.status !== 'parked') continue;
    await queues.sendJob(name, { job: job.id }, job.group);
    unparked += 1;
  }
  const flushed = sealed.reduce((sum, windows) => sum + windows, 0);
  return { flushed, unparked };
}

/** Seals a buffer's due and full windows. For another window it arms a timer, which may have fired during the pause. */
async function sealDue(services: SealServices, buffer: BufferKey, head: Head): Promise<number> {
  // seal the windows behind the due one too: their items have waited about as long, and would get a new deadline
  const due = head.open !== undefined && head.open.deadline <= services.clock.now();
  const demand = due ? ({ reason: 'time', upTo: lastWindow(head) } as const) : undefined;
  // read again, not from the cache: the cache may still have the pause that has ended, and would miss a new one
  const isHeld = async () => (await services.store.controls.readControl(buffer.batch)).paused;
  const sealed = await seal(services, buffer, head, { isHeld, demand });
  // a window that waits for the throttle has a turn, and a timer for it
  if (head.open === undefined || head.open.turn) return sealed.length;
  if (sealed.length === 0 && (await armTimer(services, buffer, head))) {
    await services.store.headSchedules.setArmed(buffer, head);
  }
  return sealed.length;
}
