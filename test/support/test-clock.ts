import type { Clock } from '#lib/store/services';

/** A clock that sleeps without waiting: time passes at once, and on its own as it does anyway. */
export interface TestClock extends Clock {
  /** Lets so many milliseconds pass. */
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
    async sleep(ms) {
      ahead += ms;
      // whoever else is under way goes on first
      await new Promise(resolve => setImmediate(resolve));
    },
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    every: () => () => {},
  };
}
