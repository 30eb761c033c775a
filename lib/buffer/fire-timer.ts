import type { TimerMessage } from '../store/ports.ts';
import type { Services } from '../store/services.ts';
import { sealAtDeadline } from './seal.ts';

/** A message comes within its deadline's last second; what is further off is a clock astray, left to the ticker. */
const LONGEST_SLEEP_MS = 5_000;

/** A timer's message has come: sleeps the rest of its last second and seals the window, if it is still open. */
export async function fireTimer(services: Services, timer: TimerMessage): Promise<void> {
  const { clock } = services;
  for (let left = timer.deadline - clock.now(); left > 0; left = timer.deadline - clock.now()) {
    if (left > LONGEST_SLEEP_MS) return;
    await clock.sleep(left);
  }
  await sealAtDeadline(services, timer);
}
