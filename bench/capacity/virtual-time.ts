import type { Clock } from '#lib/store/services';
import { Draws } from '../../test/simulation/world/draws.ts';
import { repeating } from '../../test/simulation/world/repeating.ts';
import { Scheduler } from '../../test/simulation/world/scheduler.ts';

const BEGINNING = Date.UTC(2030, 0, 1);

/**
 * The clock of a modelled deployment. All that is due in one millisecond happens in it, in the order in which it was
 * planned. Then the code goes on until it waits again.
 */
export class VirtualTime implements Clock {
  readonly #scheduler = new Scheduler(new Draws(1), BEGINNING);
  /** What is due, by its millisecond. */
  readonly #due = new Map<number, (() => void)[]>();

  readonly now = (): number => this.#scheduler.now;

  /** Milliseconds since the beginning. */
  get passed(): number {
    return this.now() - BEGINNING;
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.after(ms, resolve);
    });
  }

  after(ms: number, action: () => void): () => void {
    const wait = Math.max(0, Math.round(ms));
    const at = this.now() + wait;
    let stopped = false;
    const run = (): void => {
      if (!stopped) action();
    };
    const there = this.#due.get(at);
    if (there) there.push(run);
    else {
      this.#due.set(at, [run]);
      this.#scheduler.after(wait, () => {
        const runs = this.#due.get(at) ?? [];
        this.#due.delete(at);
        for (const each of runs) each();
      });
    }
    return () => {
      stopped = true;
    };
  }

  every(ms: number, action: () => void): () => void {
    return repeating((wait, run) => this.after(wait, run), ms, action);
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void> {
    return this.#scheduler.run(this.now() + ms);
  }
}
