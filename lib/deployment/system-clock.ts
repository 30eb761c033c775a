import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../store/services.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: ms => sleep(ms),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  every(ms, action) {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
};
