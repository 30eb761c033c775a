import type { Io } from '../io.ts';
import { mayPass } from './may-pass.ts';

/** How long failures to ask are retried, in milliseconds. */
const LONGEST_MS = 30_000;

/** Tells a failure that is retried from one that ends a command which asks again and again. */
export class Outage {
  readonly #now: Io['now'];
  #answeredAt: number;

  constructor({ now }: Pick<Io, 'now'>) {
    this.#now = now;
    this.#answeredAt = now();
  }

  answered(): void {
    this.#answeredAt = this.#now();
  }

  /** @throws the error if it will not pass by itself, or nothing has been answered for 30 s */
  failed(error: unknown): void {
    if (!mayPass(error) || this.#now() - this.#answeredAt > LONGEST_MS) throw error;
  }
}
