import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from './services.ts';

/** How far a process's own clock may be off before the store's time is taken instead. */
const TOLERANCE_MS = 2_000;
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
 * both sides. A slow answer bounds it less, and never moves a clock that may be right. The correction stays while it is
 * within the tolerance of these bounds, so that a clock does not jump with each answer.
 *
 * @param correction the present one, in ms
 * @returns the correction from now on, in ms; 0 while the process's own clock will do
 */
export function correctionAfter(correction: number, { date, askedAt, cameAt }: Answer): number {
  const least = date - cameAt;
  const most = date + DATE_RESOLUTION_MS - askedAt;
  const fits = (candidate: number) => candidate >= least - TOLERANCE_MS && candidate <= most + TOLERANCE_MS;
  if (fits(correction)) return correction;
  return fits(0) ? 0 : Math.round((least + most) / 2);
}

/**
 * The time as the store tells it: a process's own clock while that is right to about two seconds, and corrected by the
 * `Date` of the store's answers otherwise. Expiries, deadlines, locks and leases are written by it, so that no clock
 * astray makes a record expire or holds a window back (invariants 7 and 10).
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
