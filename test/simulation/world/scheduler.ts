import type { Draws } from './draws.ts';

/** Something that will happen. */
export interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * Virtual time. What is planned happens in the order of its time; of what is planned for the same millisecond, the
 * draws decide which comes first. Before anything else happens, all code that can go on does so until it waits again.
 */
export class Scheduler {
  readonly #draws: Draws;
  readonly #heap: Planned[] = [];
  readonly #held = new Set<Promise<void>>();
  #now: number;
  #steps = 0;

  constructor(draws: Draws, beginning: number) {
    this.#draws = draws;
    this.#now = beginning;
  }

  get now(): number {
    return this.#now;
  }

  /** How many events have happened. */
  get steps(): number {
    return this.#steps;
  }

  /** Plans an event in so many milliseconds. Returns what can be cancelled. */
  after(ms: number, run: () => void): Planned {
    const planned = {
      at: this.#now + Math.max(0, Math.round(ms)),
      order: this.#draws.unit(),
      run,
      cancelled: false,
    };
    this.#push(planned);
    return planned;
  }

  /** Has time stand still until something that is no part of the simulated world has ended, such as a file's loading. */
  hold<T>(work: Promise<T>): Promise<T> {
    const held = work.catch(() => {}).then(() => void this.#held.delete(held));
    this.#held.add(held);
    return work;
  }

  /** Waits for all that is held. */
  async #release(): Promise<void> {
    while (this.#held.size > 0) {
      await Promise.all(this.#held);
      await settled();
    }
  }

  /** Lets time pass until an event has made `done` true, or nothing is planned any more before `until`. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    await settled();
    if (this.#held.size > 0) await this.#release();
    while (!done()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.#pop();
      if (next.cancelled) continue;
      this.#now = Math.max(this.#now, next.at);
      this.#steps += 1;
      next.run();
      await settled();
      if (this.#held.size > 0) await this.#release();
    }
    if (!done()) this.#now = Math.max(this.#now, until);
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let at = heap.push(planned) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(planned, heap[parent] as Planned)) break;
      heap[at] = heap[parent] as Planned;
      at = parent;
    }
    heap[at] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[at] = heap[child] as Planned;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Resolves when no promise can go on by itself: the simulated code waits for nothing but the scheduler. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
