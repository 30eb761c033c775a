import { setTimeout as really } from 'node:timers/promises';
import type { Clock } from '#lib/store/services';

/** A clock that a test moves from one timer to the next, and lets real work, such as compressing, end in between. */
export interface SteppedClock extends Clock {
  pass(ms: number): Promise<void>;
  /** Timers that are armed. */
  readonly armed: number;
}

const REAL_WORK_MS = 15;

export function steppedClock(): SteppedClock {
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  let now = Date.UTC(2030, 0, 1);
  const after = (ms: number, action: () => void) => {
    const timer = { at: now + ms, action };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  return {
    now: () => now,
    after,
    every: () => () => {},
    sleep: ms =>
      new Promise(resolve => {
        after(ms, resolve);
      }),
    get armed() {
      return timers.size;
    },
    async pass(ms) {
      const until = now + ms;
      for (;;) {
        await really(REAL_WORK_MS);
        const next = Math.min(...[...timers].map(({ at }) => at));
        if (next > until) break;
        now = Math.max(now, next);
        for (const timer of [...timers].filter(({ at }) => at <= now)) {
          timers.delete(timer);
          timer.action();
        }
      }
      now = until;
    },
  };
}
