import type { Clock } from '#lib/store/services';

interface Timer {
  readonly every: number | undefined;
  readonly action: () => void;
  at: number;
}

const BEGINNING = Date.UTC(2030, 0, 1);

/**
 * A clock for many who run at once: everybody sleeps until the time has come, and time passes only when nobody has
 * anything left to do. What happens takes no time by itself, so that the same run always ends at the same millisecond.
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = BEGINNING;

  readonly now = (): number => this.#now;

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#arm(ms, resolve);
    });
  }

  after(ms: number, action: () => void): () => void {
    return this.#arm(ms, action);
  }

  every(ms: number, action: () => void): () => void {
    return this.#arm(ms, action, ms);
  }

  /** Lets time pass until all of this is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (;;) {
      // whoever can go on without waiting for the time does so first
      await new Promise(resolve => setImmediate(resolve));
      if (done) return work;
      const next = this.#next();
      if (next === undefined) throw new Error('Everybody waits, and nobody for the time.');
      this.#now = Math.max(this.#now, next.at);
      if (next.every === undefined) this.#timers.delete(next);
      else next.at += next.every;
      next.action();
    }
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void> {
    return this.until(this.sleep(ms));
  }

  /** The timer that is due first; of those due at once, the one that was armed first. */
  #next(): Timer | undefined {
    let first: Timer | undefined;
    // timers stand in the order in which they were armed
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  }

  #arm(ms: number, action: () => void, every?: number): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action, every };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }
}

/** A store or queues of which each call takes so long: half of it on the way there, half of it back. */
export function slow<T extends object>(target: T, clock: Clock, ms: number): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return slow(value, clock, ms);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        await clock.sleep(ms / 2);
        const answer: unknown = await value.apply(object, args);
        await clock.sleep(ms / 2);
        return answer;
      };
    },
  });
}
