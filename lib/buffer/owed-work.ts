import type { Services } from '../store/services.ts';
import { MOMENT_MS } from '../within.ts';
import type { BufferOptions } from './reservation.ts';

/** Collects the work that the reservations of one write have begun for their buffer: timers and seals. */
export class OwedWork {
  readonly #services: Pick<Services, 'clock' | 'background'>;
  readonly #closesByBytes: boolean;
  readonly #owed: Promise<void>[] = [];
  #leftMs = MOMENT_MS;

  constructor(services: Pick<Services, 'clock' | 'background'>, { maxBytes }: BufferOptions) {
    this.#services = services;
    this.#closesByBytes = maxBytes !== undefined;
  }

  add(owed: Promise<void> | undefined): void {
    if (owed) this.#owed.push(owed);
  }

  get owed(): readonly Promise<void>[] {
    return this.#owed;
  }

  /**
   * Waits until the next reservation may be made. With `maxBytes` the window that the last reservation has filled has to
   * be sealed first, or the next reservation would join it. All waits of one write together take at most `MOMENT_MS`.
   */
  async beforeNext(): Promise<void> {
    if (!this.#closesByBytes || this.#owed.length === 0) return;
    const { background, clock } = this.#services;
    const began = clock.now();
    await background.atMost(this.#leftMs, Promise.all(this.#owed));
    this.#leftMs = Math.max(0, this.#leftMs - (clock.now() - began));
  }
}
