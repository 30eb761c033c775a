import type { BackgroundWork, Clock, Services } from '../store/services.ts';
import type { About } from '../telemetry/log-line.ts';
import { MOMENT_MS, within } from '../within.ts';

/** How many pieces of work may be under way at once. */
const MOST = 10_000;

/**
 * Runs a process's background work, and logs failures. Beyond a bound it does not begin work, and logs that. The ticker
 * later does what was left undone, except for events: those are lost.
 */
export class Background implements BackgroundWork {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #warn: Services['warn'];
  readonly #running = new Set<Promise<void>>();

  constructor(clock: Pick<Clock, 'after'>, warn: Services['warn']) {
    this.#clock = clock;
    this.#warn = warn;
  }

  begin(undone: string, work: () => Promise<unknown>, about?: About): Promise<void> {
    if (this.#running.size >= MOST) {
      this.#warn(undone, new Error(`${MOST} other pieces of work are under way.`), about);
      return Promise.resolve();
    }
    const running: Promise<void> = this.#run(undone, work, about).finally(() =>
      this.#running.delete(running),
    );
    this.#running.add(running);
    return running;
  }

  async soon(undone: string, work: () => Promise<unknown>, about?: About): Promise<void> {
    await this.atMost(MOMENT_MS, this.begin(undone, work, about));
  }

  atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
    return within(this.#clock, ms, work);
  }

  async settled(ms: number): Promise<boolean> {
    return this.#running.size === 0 || this.atMost(ms, Promise.all(this.#running));
  }

  async #run(undone: string, work: () => Promise<unknown>, about: About | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#warn(undone, error, about);
    }
  }
}
