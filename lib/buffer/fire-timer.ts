import type { TimerMessage } from '../store/ports.ts';
import type { Services } from '../store/services.ts';
import { seal } from './seal.ts';

/** A message comes within its deadline's last second; what is further off is a clock astray, left to the ticker. */
const LONGEST_SLEEP_MS = 5_000;

/**
 * A timer's message has come: sleeps the rest of its last second and seals the window, if it is still open.
 */
export async function fireTimer(services: Services, timer: TimerMessage): Promise<void> {
  const { clock, store } = services;
  for (
    let left = timer.deadline - clock.now();
    left > 0 && left <= LONGEST_SLEEP_MS;
    left = timer.deadline - clock.now()
  ) {
    await clock.sleep(left);
  }
  const head = await store.heads.readHead(timer.buffer);
  if (head?.epoch !== timer.epoch || head.window !== timer.window) return;
  await seal(services, timer.buffer, head);
}
