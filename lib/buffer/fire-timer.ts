import type { TimerMessage } from '../store/queue-ports.ts';
import type { SealServices, StoreAccess } from '../store/services.ts';
import { within } from '../within.ts';
import { seal } from './seal.ts';
import { sealAtDeadline } from './seal-at-deadline.ts';
import { sealAtTurn } from './serve-line.ts';

/**
 * SQS delivers a timer within its last second. A timer that is further off has met a wrong clock: the ticker seals its
 * window.
 */
const LONGEST_SLEEP_MS = 5_000;

/** How long before its time a timer reads whether the batch is paused. It is longer than a read takes. */
const ASK_AHEAD_MS = 100;

/**
 * Handles a timer's message: sleeps the rest of its last second and seals the window if it is still open. Where the
 * throttle holds the window back, free flushes go to the windows that have waited longest. The timer of a window that is
 * sealed already does not sleep.
 */
export async function fireTimer(services: SealServices, timer: TimerMessage): Promise<void> {
  const { clock, definitionOf } = services;
  // The batch of an unknown definition may be throttled. Its window stays in the due index for a ticker that knows it.
  if (definitionOf(timer.buffer.batch) === undefined) return;
  const ahead = timer.fireAt - clock.now() - ASK_AHEAD_MS;
  if (ahead > LONGEST_SLEEP_MS) return;
  if (ahead > 0) {
    const sealed = isSealed(services, timer);
    if ((await within(clock, ahead, sealed)) && (await sealed)) return;
    await clock.sleep(Math.max(0, timer.fireAt - clock.now() - ASK_AHEAD_MS));
    // Reads ahead whether the batch is paused, so that the seal need not wait for it.
    services.controlOf(timer.buffer.batch).catch(() => {});
  }
  if (await sealAtTurn(services, timer, LONGEST_SLEEP_MS, seal)) return;
  for (let left = timer.fireAt - clock.now(); left > 0; left = timer.fireAt - clock.now()) {
    if (left > LONGEST_SLEEP_MS) return;
    await clock.sleep(left);
  }
  if (timer.fireAt < timer.deadline) await sealEarly(services, timer);
  else await sealAtDeadline(services, timer);
}

/**
 * Says whether a timer's window is sealed. `true` is certain. `false` may be a moment old: the seal's condition decides.
 * The read costs a tenth of a refused seal, and the sleep that it saves more than both.
 */
async function isSealed({ store }: StoreAccess, { buffer, epoch, window }: TimerMessage): Promise<boolean> {
  try {
    const head = await store.heads.readHead(buffer, 'eventual');
    return head?.epoch === epoch && head.window > window;
  } catch {
    // The timer goes on without the answer.
    return false;
  }
}

/**
 * Handles a timer that fires before its window's deadline. A batch with `quietMs` has such timers. A sealer that stops
 * while windows are full also arms one, which fires at once. The timer seals the full windows. It seals its own window
 * too if that has got no item for `quietMs`. Otherwise, with `quietMs`, it arms the timer again.
 */
async function sealEarly(services: SealServices, { buffer, epoch, window }: TimerMessage): Promise<void> {
  const head = await services.store.heads.readHead(buffer);
  if (head?.open === undefined || head.epoch !== epoch || head.window !== window) return;
  const { quietMs } = services.definitionOf(buffer.batch) ?? {};
  const isQuiet = quietMs !== undefined && head.open.lastAt + quietMs <= services.clock.now();
  await seal(
    services,
    buffer,
    head,
    isQuiet ? { demand: { reason: 'quiet', upTo: window } } : { owesTimer: quietMs !== undefined },
  );
}
