import type { Clock } from '#lib/store/services';
import { realClearTimeout, realNow, realSetTimeout } from '../real-time.ts';
import { SortedMap } from '../table/sorted-map.ts';

/** The longest delay of a timer in Node.js. */
const LONGEST_MS = 2_147_483_647;

type Place = readonly [at: number, number: number];

interface Timer {
  readonly action: () => void;
  readonly everyMs: number | undefined;
  place: Place;
}

/** The machine's clock, with a way to put it forward. */
export class LocalClock implements Clock {
  readonly #timers = new SortedMap<Place, Timer>((a, b) => a[0] - b[0] || a[1] - b[1]);
  #ahead = 0;
  #number = 0;
  #alarm: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;

  readonly now = (): number => realNow() + this.#ahead;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise(resolve => {
      this.after(ms, resolve);
    });

  readonly after = (ms: number, action: () => void): (() => void) => this.#arm(ms, action, undefined);

  readonly every = (ms: number, action: () => void): (() => void) => this.#arm(ms, action, ms);

  /**
   * Puts the clock forward. Timers that are due on the way fire at their times, in order.
   *
   * @param pass waits for the work that a timer has started, before the clock is put forward again
   */
  async advance(ms: number, pass: () => Promise<void>): Promise<void> {
    const until = this.now() + Math.ceil(ms);
    for (;;) {
      await pass();
      const [next] = this.#timers.from();
      if (next === undefined || next[0][0] > until) break;
      this.#ahead += Math.max(0, next[0][0] - this.now());
      this.#fire();
    }
    this.#ahead += Math.max(0, until - this.now());
    this.#setAlarm();
    await pass();
  }

  /** Drops all timers, so that none keeps the process alive. */
  stop(): void {
    for (const [place] of [...this.#timers.from()]) this.#timers.delete(place);
    this.#setAlarm();
  }

  #arm(ms: number, action: () => void, everyMs: number | undefined): () => void {
    const timer = { action, everyMs, place: this.#place(ms) };
    this.#timers.set(timer.place, timer);
    this.#setAlarm();
    return () => {
      this.#timers.delete(timer.place);
      this.#setAlarm();
    };
  }

  #place(ms: number): Place {
    this.#number += 1;
    // whole milliseconds, as on the machine's clock, since keys and cursors contain times
    return [this.now() + Math.max(0, Math.ceil(ms)), this.#number];
  }

  /** Fires the timers that are due. */
  #fire(): void {
    const now = this.now();
    for (let [next] = this.#timers.from(); next && next[0][0] <= now; [next] = this.#timers.from()) {
      const [place, timer] = next;
      this.#timers.delete(place);
      if (timer.everyMs !== undefined) {
        timer.place = this.#place(timer.everyMs);
        this.#timers.set(timer.place, timer);
      }
      timer.action();
    }
    this.#setAlarm();
  }

  /** Sets a timer of the machine for this clock's first timer. */
  #setAlarm(): void {
    const [next] = this.#timers.from();
    const at = next && next[0][0] - this.#ahead;
    if (at === this.#alarm?.at) return;
    if (this.#alarm) realClearTimeout(this.#alarm.timer);
    if (at === undefined) {
      this.#alarm = undefined;
      return;
    }
    const wait = Math.min(LONGEST_MS, Math.max(0, at - realNow()));
    const timer = realSetTimeout(() => {
      this.#alarm = undefined;
      this.#fire();
    }, wait);
    this.#alarm = { at, timer };
  }
}
