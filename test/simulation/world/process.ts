import type { Clock } from '#lib/store/services';
import { StoreTime } from '#lib/store/store-time';
import { repeating } from './repeating.ts';
import type { Scheduler } from './scheduler.ts';

/** A process: it lives, may be frozen and go on later, and dies once. What reaches it while it is frozen waits. */
export class Process {
  readonly name: string;
  /** How far its clock is ahead of the world's. */
  skewMs: number;
  readonly #scheduler: Scheduler;
  readonly #held: (() => void)[] = [];
  readonly #onDeath: (() => void)[] = [];
  #alive = true;
  #frozen = false;
  readonly #troubles: number[] = [];
  /** When it died. */
  diedAt: number | undefined;
  /** Requests that it has made. */
  requests = 0;

  constructor(name: string, scheduler: Scheduler, skewMs = 0) {
    this.name = name;
    this.skewMs = skewMs;
    this.#scheduler = scheduler;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** What its machine's clock says. */
  get machineNow(): number {
    return this.#own.now();
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Something goes wrong with it now: a request that fails or takes long, a time that it stands still. */
  trouble(): void {
    this.#troubles.push(this.#scheduler.now);
  }

  /** Whether something went wrong with it in this time. */
  wasTroubled(from: number, to: number): boolean {
    return this.#troubles.some(at => at >= from && at <= to);
  }

  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.diedAt = this.#scheduler.now;
    this.#held.length = 0;
    for (const tell of this.#onDeath.splice(0)) tell();
  }

  /** Calls back when it dies. Returns what takes that back. */
  onDeath(tell: () => void): () => void {
    this.#onDeath.push(tell);
    return () => {
      const at = this.#onDeath.indexOf(tell);
      if (at >= 0) this.#onDeath.splice(at, 1);
    };
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const deliver of this.#held.splice(0)) this.deliver(deliver);
  }

  /** Has something happen in the process: now, or when it goes on, or never. */
  deliver(run: () => void): void {
    if (!this.#alive) return;
    if (this.#frozen) this.#held.push(run);
    else run();
  }

  /** Its machine's clock and timers. */
  readonly #own: Clock = {
    now: () => this.#scheduler.now + this.skewMs,
    sleep: ms =>
      new Promise(resolve => {
        this.#scheduler.after(timerMs(ms), () => this.deliver(resolve));
      }),
    after: (ms, action) => {
      let stopped = false;
      const planned = this.#scheduler.after(timerMs(ms), () =>
        this.deliver(() => {
          if (!stopped) action();
        }),
      );
      return () => {
        stopped = true;
        planned.cancelled = true;
      };
    },
    every: (ms, action) =>
      repeating((wait, run) => this.#scheduler.after(wait, () => this.deliver(run)), timerMs(ms), action),
  };

  /** The time as the product takes it: its own, corrected by what the store's answers say. */
  readonly time: StoreTime = new StoreTime(this.#own);

  get clock(): Clock {
    return this.time.clock;
  }
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** As Node's timers take it: what is no number, or too large, fires at once. */
const timerMs = (ms: number): number => (ms >= 0 && ms <= LONGEST_TIMER_MS ? ms : 1);
