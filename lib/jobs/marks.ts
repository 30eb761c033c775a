import type { FailOptions } from '../definition/context.ts';
import { ERROR_CODES, JobError } from '../errors.ts';
import { asError } from './to-error.ts';

/** An item that a handler has marked as failed. */
export interface FailedItem {
  readonly error: Error;
  readonly retryable: boolean;
  readonly delayMs: number | undefined;
}

/** What a handler has said of its batch besides returning or throwing. */
export class Marks {
  readonly #batch: readonly unknown[];
  readonly #failed = new Map<number, FailedItem>();
  #discarded: string | undefined;

  /** @param batch as the handler has it */
  constructor(batch: readonly unknown[]) {
    this.#batch = batch;
  }

  /** The marked items, by their places in the batch. */
  get failed(): ReadonlyMap<number, FailedItem> {
    return this.#failed;
  }

  /** Why the job has failed for good; undefined when the handler has not said so. */
  get discarded(): string | undefined {
    return this.#discarded;
  }

  discard(reason = 'the handler discarded it'): void {
    this.#discarded ??= reason;
  }

  /** @throws JobError `job.item_unknown` */
  fail(item: unknown, error: unknown, { delayMs, retryable = true }: FailOptions = {}): void {
    const place = typeof item === 'number' ? item : this.#placeOf(item);
    if (!Number.isInteger(place) || place < 0 || place >= this.#batch.length) {
      throw new JobError(
        ERROR_CODES.jobItemUnknown,
        `ctx.fail() takes an item of ctx.batch, or its place from 0 to ${this.#batch.length - 1}; it was given ${typeof item === 'number' ? item : 'something else'}. Copies of items are not known.`,
        { details: { place } },
      );
    }
    this.#failed.set(place, {
      error: asError(error ?? 'the handler marked it as failed'),
      retryable,
      delayMs: delayMs === undefined ? undefined : Math.max(0, delayMs),
    });
  }

  /** The first place of an item that is not marked yet: the same value may stand in a batch twice. */
  #placeOf(item: unknown): number {
    let place = -1;
    for (let from = 0; ; from = place + 1) {
      const next = this.#batch.indexOf(item, from);
      if (next < 0) return place;
      place = next;
      if (!this.#failed.has(place)) return place;
    }
  }
}
