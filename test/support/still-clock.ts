import type { Clock } from '#lib/store/services';

/** A clock that stands still until it is told to go on; what is due on the way happens at its time. */
export interface StillClock extends Clock {
  advance(ms: number): void;
}

interface Timer {
  readonly every: number | undefined;
  readonly action: () => void;
  at: number;
}

const BEGINNING = Date.UTC(2030, 0, 1);

/** @param beginning its time, in ms since the epoch */
export function stillClock(beginning = BEGINNING): StillClock {
  const timers = new Set<Timer>();
  let now = beginning;
  const advance = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      let next: Timer | undefined;
      for (const timer of timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined || next.at > until) break;
      now = Math.max(now, next.at);
      if (next.every === undefined) timers.delete(next);
      else next.at += next.every;
      next.action();
    }
    now = until;
  };
  const arm = (ms: number, action: () => void, every?: number) => {
    const timer = { at: now + ms, action, every };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  return {
    now: () => now,
    advance,
    async sleep(ms) {
      advance(ms);
      // whoever else is under way goes on first
      await new Promise(resolve => setImmediate(resolve));
    },
    after: (ms, action) => arm(ms, action),
    every: (ms, action) => arm(ms, action, ms),
  };
}
