import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from './services.ts';

/** How far off a clock is left alone: the store's own clocks differ by a little, and a busy server's dates are a little late. */
const TOLERANCE_MS = 200;
/** HTTP's `Date` is in whole seconds, rounded down. */
const DATE_RESOLUTION_MS = 1_000;

/** An answer of the store: what its `Date` header says, and by the process's own clock when it was asked for and came. */
export interface Answer {
  readonly date: number;
  readonly askedAt: number;
  readonly cameAt: number;
}

/**
 * Says by how much a process's clock has to be corrected after an answer.
 *
 * The store wrote its date at some moment between the request and the answer, so an answer bounds the correction from
 * both sides: to a second and the time that the answer took. A slow answer bounds it less, and never moves a clock that may
 * be right. A correction outside of these bounds is moved to the nearer one, so that no answer makes a clock worse, and each
 * that comes near the turn of a second makes it better.
 *
 * @param correction the present one, in ms
 * @returns the correction from now on, in ms
 */
export function correctionAfter(correction: number, { date, askedAt, cameAt }: Answer): number {
  const least = date - cameAt;
  const most = date + DATE_RESOLUTION_MS - askedAt;
  if (correction >= least - TOLERANCE_MS && correction <= most + TOLERANCE_MS) return correction;
  return Math.min(most, Math.max(least, correction));
}

/**
 * The time as the store tells it: a process's own clock, corrected by the `Date` of the store's answers as far as these
 * contradict it. Expiries, deadlines, locks and leases are written by it, so that no clock astray makes a record expire or
 * holds a window back (invariants 7 and 10), and two clocks are at most two and a half seconds apart.
 */
export class StoreTime {
  readonly clock: Clock;
  readonly #own: Clock;
  #correction = 0;
  #isKnown = false;

  constructor(own: Clock) {
    this.#own = own;
    this.clock = { ...own, now: () => own.now() + this.#correction };
  }

  /** Whether the store has answered, so that the time is its own from here on. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Reads the date of each answer that a client gets. */
  follow(client: DynamoDBClient): void {
    client.middlewareStack.add(
      next => async args => {
        const askedAt = this.#own.now();
        const result = await next(args);
        this.heard((result.response as { headers?: Record<string, string> }).headers?.['date'], askedAt);
        return result;
      },
      // the innermost step: it sees each try's answer before anything is made of it, refusals among them
      { step: 'deserialize', priority: 'low' },
    );
  }

  /** Takes an answer's date, which came just now. What is no date is ignored. */
  heard(header: string | undefined, askedAt: number): void {
    const date = Date.parse(header ?? '');
    if (Number.isNaN(date)) return;
    this.#isKnown = true;
    this.#correction = correctionAfter(this.#correction, { date, askedAt, cameAt: this.#own.now() });
  }
}
