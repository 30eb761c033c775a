import { setTimeout as sleep } from 'node:timers/promises';

/** What is wrong with AWS at the moment. */
export type Weather = 'well' | 'no queues' | 'no store' | 'slow';

/** What a call takes while everything is slow. */
const SLOW_MS = 3_000;

/** Lets the calls of a process through, or fails or delays them. */
export class Gate {
  weather: Weather = 'well';

  /** An object whose calls, and whose parts' calls, pass this gate. */
  before<T extends object>(target: T, kind: 'store' | 'queues'): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value === 'object' && value !== null) return this.before(value, kind);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (this.weather === `no ${kind}`) throw new Error(`The ${kind} cannot be reached.`);
          if (this.weather === 'slow') await sleep(SLOW_MS);
          return value.apply(object, args);
        };
      },
    });
  }

  /** A receiver that gets no message while the queues cannot be reached. */
  async open(signal: AbortSignal): Promise<void> {
    while (this.weather === 'no queues' && !signal.aborted) await sleep(100);
  }
}
