import type { SeededRandom } from './seeded-random.ts';

/** More steps than any run takes that ends at all. */
const MOST_STEPS = 50_000;
/** How often a request that is under way without anybody waiting for it gets its turn. */
const LATE_CHANCE = 0.1;

/** Interleaves whatever runs at the same time: one step at a time, chosen by chance, repeatable by its seed. */
export class Scheduler {
  readonly random: SeededRandom;
  readonly #waiting: (() => void)[] = [];
  readonly #late: (() => void)[] = [];
  /** Told after each step. */
  readonly #afterStep: () => void;
  #active = 0;
  #steps = 0;

  constructor(random: SeededRandom, afterStep: () => void) {
    this.random = random;
    this.#afterStep = afterStep;
  }

  /** Resolves when it is the caller's turn. */
  turn(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Has something done at some later step, or when nothing else is left. */
  later(action: () => void): void {
    this.#late.push(action);
  }

  /** Runs these at the same time, until all have settled. */
  async run(tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
    const failures: unknown[] = [];
    for (const task of tasks) {
      this.#active += 1;
      task()
        .catch(error => failures.push(error))
        .finally(() => {
          this.#active -= 1;
        });
    }
    for (;;) {
      // whoever was given the last turn goes on until it waits for the next
      await new Promise(resolve => setImmediate(resolve));
      this.#afterStep();
      if (failures.length > 0) throw failures[0];
      if (this.#active === 0) return;
      if (++this.#steps > MOST_STEPS) throw new Error(`The run does not end within ${MOST_STEPS} steps.`);
      this.#step();
    }
  }

  /** Lets all requests that are under way arrive. */
  async drain(): Promise<void> {
    while (this.#late.length > 0) this.#take(this.#late)?.();
    await new Promise(resolve => setImmediate(resolve));
    this.#afterStep();
  }

  #step(): void {
    const late = this.#late.length > 0 && (this.#waiting.length === 0 || this.random.chance(LATE_CHANCE));
    const next = this.#take(late ? this.#late : this.#waiting);
    if (next === undefined) throw new Error('Somebody waits for what never comes.');
    next();
  }

  #take(from: (() => void)[]): (() => void) | undefined {
    return from.splice(this.random.below(from.length), 1)[0];
  }
}
