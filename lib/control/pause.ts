import pLimit from 'p-limit';
import { armTimer } from '../buffer/arm-timer.ts';
import { seal } from '../buffer/seal.ts';
import { lastWindow } from '../buffer/seal-plan.ts';
import type { Definition } from '../definition/options.ts';
import { openJobs } from '../jobs/jobs-of.ts';
import type { BufferKey, Control, Head } from '../store/records.ts';
import type { SealServices, Services } from '../store/services.ts';
import { endDrain } from './drain.ts';
import { openBuffers } from './flush.ts';
import { waitUntilItHoldsMs } from './pause-holds.ts';

const PARALLEL_BUFFERS = 16;
/** The ticker looks whether a resume has come to its end so long after it began, and does the rest. */
const RESUME_LOOK_MS = 30_000;

/** What an operator has asked of a batch. */
export interface ControlState {
  readonly batch: string;
  /** Nothing is flushed or run. */
  readonly paused: boolean;
  /** Nothing is taken either. */
  readonly ingestionPaused: boolean;
  /** It is being drained: nothing is flushed but what was buffered then, and jobs run. */
  readonly draining: boolean;
  readonly since?: Date;
}

export const toControlState = (
  batch: string,
  { paused, ingestionPaused, since, drain }: Control,
): ControlState => ({
  batch,
  paused,
  ingestionPaused,
  draining: drain?.state === 'draining',
  ...(since !== undefined && { since: new Date(since) }),
});

/**
 * Holds a batch back: nothing of it is flushed or run from two seconds after it has returned, until it is resumed. Items
 * are taken and stay buffered, however long. Where the store is slow it returns later.
 *
 * @param ingestion whether items are refused too. Default `false`
 */
export async function pause(
  services: Pick<Services, 'deployment' | 'store' | 'clock' | 'definitionOf' | 'emit'>,
  { name }: Definition,
  { ingestion = false }: { readonly ingestion?: boolean } = {},
): Promise<ControlState> {
  const { clock } = services;
  const began = clock.now();
  const change = { paused: true, ingestionPaused: ingestion, since: began };
  const control = await changeControl(services, name, change);
  // it has made two requests at the least
  const waitMs = waitUntilItHoldsMs((clock.now() - began) / 2);
  if (waitMs > 0) await clock.sleep(waitMs);
  return control;
}

/** Changes a batch's control; a drain under way ends with it, as one that was not let to its end. */
async function changeControl(
  services: Pick<Services, 'deployment' | 'store' | 'definitionOf' | 'emit'>,
  batch: string,
  change: Pick<Control, 'paused' | 'ingestionPaused'> & { readonly since: number },
  lookAt?: number,
): Promise<ControlState> {
  const { controls } = services.store;
  for (;;) {
    const { drain } = await controls.readControl(batch);
    const control =
      drain?.state === 'draining'
        ? await endDrain(services, batch, drain, 'timed_out', change, lookAt)
        : await controls.changeControl(batch, change, {
            unlessDraining: true,
            ...(lookAt !== undefined && { lookAt }),
          });
    if (control !== undefined) return toControlState(batch, control);
    // a drain has begun or ended meanwhile
  }
}

export interface Resumed extends ControlState {
  /** Windows that were due or full, and have been flushed. */
  readonly flushed: number;
  /** Jobs that had been set aside, and have been sent on their way. */
  readonly unparked: number;
}

/**
 * Lets a paused batch go on: what is due or full is flushed, and parked jobs run. A drain under way ends. Should this
 * process die before it is through, the ticker does the rest within a minute.
 */
export async function resume(services: SealServices, definition: Definition): Promise<Resumed> {
  const { name } = definition;
  const since = services.clock.now();
  const change = { paused: false, ingestionPaused: false, since };
  const control = await changeControl(services, name, change, since + RESUME_LOOK_MS);
  const done = await goOn(services, name, await openBuffers(services, definition));
  await services.store.index
    .endLook(name, since)
    // the ticker looks in vain
    .catch(error =>
      services.warn('a resume has come to its end, which was not written', error, { batch: name }),
    );
  return { ...control, ...done };
}

/** The ticker's look at a batch that was resumed: whoever did it may have died before it was through. */
export async function finishResume(services: SealServices, batch: string): Promise<void> {
  const { controls, index } = services.store;
  const { paused, since = 0 } = await controls.readControl(batch);
  if (!paused) await goOn(services, batch, await index.buffersOf(batch));
  await index.endLook(batch, since);
}

/** Flushes what is due or full in these buffers, and sends the batch's parked jobs. */
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

/** Seals what is due of a buffer; the timer of what is not may have come and gone while it was paused. */
async function sealDue(services: SealServices, buffer: BufferKey, head: Head): Promise<number> {
  // behind full windows what is left would begin to wait anew, though it has waited as long as the others or nearly so
  const due = head.open !== undefined && head.open.deadline <= services.clock.now();
  const demand = due ? ({ reason: 'time', upTo: lastWindow(head) } as const) : undefined;
  // asked anew: it must not be told of the pause that it has ended, and the next one holds it back
  const isHeld = async () => (await services.store.controls.readControl(buffer.batch)).paused;
  const sealed = await seal(services, buffer, head, { isHeld, demand });
  // a window that waits for the throttle has its turn, and a timer for it
  if (head.open === undefined || head.open.turn) return sealed.length;
  if (sealed.length === 0 && (await armTimer(services, buffer, head))) {
    await services.store.headSchedules.setArmed(buffer, head);
  }
  return sealed.length;
}
