import type { TimerMessage } from '../store/queue-ports.ts';
import type { SealServices } from '../store/services.ts';
import { seal, sealAtDeadline, sealAtTurn } from './seal.ts';

/** A message comes within its last second; what is further off is a clock astray, left to the ticker. */
const LONGEST_SLEEP_MS = 5_000;

/** How long before its time a timer asks what it has to know then: longer than a read takes. */
const ASK_AHEAD_MS = 100;

/**
 * A timer's message has come: sleeps the rest of its last second and seals the window, if it is still open. Where the
 * throttle holds it back, a flush goes to the window that has waited longest.
 */
export async function fireTimer(services: SealServices, timer: TimerMessage): Promise<void> {
  const { clock, definitionOf } = services;
  // what this process does not know may be throttled; the window stays in the due index for a ticker that knows
  if (definitionOf(timer.buffer.batch) === undefined) return;
  const ahead = timer.fireAt - clock.now() - ASK_AHEAD_MS;
  if (ahead > LONGEST_SLEEP_MS) return;
  if (ahead > 0) {
    await clock.sleep(ahead);
    // whether the batch is paused is asked before it is due, and known then
    services.controlOf(timer.buffer.batch).catch(() => {});
  }
  if (await sealAtTurn(services, timer, LONGEST_SLEEP_MS)) return;
  for (let left = timer.fireAt - clock.now(); left > 0; left = timer.fireAt - clock.now()) {
    if (left > LONGEST_SLEEP_MS) return;
    await clock.sleep(left);
  }
  if (timer.fireAt < timer.deadline) await sealEarly(services, timer);
  else await sealAtDeadline(services, timer);
}

/**
 * Seals a window before its deadline, where nothing has come for the batch's quietMs. Where it is not quiet yet, it is
 * looked at again when it may be.
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
