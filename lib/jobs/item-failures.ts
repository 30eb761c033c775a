import type { FailOptions } from '../definition/context.ts';
import { LIMITS } from '../definition/limits.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import { toText } from '../telemetry/to-loggable.ts';
import { asError } from './to-error.ts';

/** An item that a handler has marked as failed. */
export interface ItemFailure {
  readonly error: Error;
  readonly retryable: boolean;
  readonly delayMs: number | undefined;
}

const FAIL_OPTIONS = ['delayMs', 'retryable'];

/** Collects which items a handler marks as failed, and whether it discards its batch. */
export class ItemFailures {
  readonly #batch: readonly unknown[];
  readonly #failed = new Map<number, ItemFailure>();
  #discarded: string | undefined;

  /** @param batch the items that the handler is given, frozen */
  constructor(batch: readonly unknown[]) {
    this.#batch = batch;
  }

  /** The failed items, by their places in the batch. */
  get failed(): ReadonlyMap<number, ItemFailure> {
    return this.#failed;
  }

  /** Why the handler has discarded the batch; undefined when it has not. */
  get discarded(): string | undefined {
    return this.#discarded;
  }

  discard(reason?: unknown): void {
    this.#discarded ??= asError(reason ?? 'the handler discarded it').message;
  }

  /** @throws JobError `job.item_unknown`, `job.fail_options_invalid` */
  fail(item: unknown, error: unknown, options?: FailOptions): void {
    const place = this.#placeOf(item);
    if (place < 0) {
      throw new JobError(
        ERROR_CODES.jobItemUnknown,
        `ctx.fail() takes an item of ctx.batch; it was given ${kindOf(item)} that is not in it. Copies of items are not known. To name an item by its place, call ctx.failAt(index).`,
      );
    }
    this.#mark(place, error, options);
  }

  /** @throws JobError `job.item_unknown`, `job.fail_options_invalid` */
  failAt(index: number, error: unknown, options?: FailOptions): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.#batch.length) {
      throw new JobError(
        ERROR_CODES.jobItemUnknown,
        `ctx.failAt() takes the place of an item in ctx.batch, from 0 to ${this.#batch.length - 1}; it was given ${toText(index)}.`,
      );
    }
    this.#mark(index, error, options);
  }

  #mark(place: number, error: unknown, options: FailOptions = {}): void {
    const { delayMs, retryable = true } = checked(options);
    this.#failed.set(place, {
      error: asError(error ?? 'the handler marked it as failed'),
      retryable,
      delayMs: delayMs === undefined ? undefined : boundedDelayMs(delayMs),
    });
  }

  /** Finds the first place of an item that is not marked yet. Of equal primitives each call marks the next one. */
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

/** Limits a delay that a handler asks for to what a retry may have: 0 to 24 hours, in ms. */
export const boundedDelayMs = (ms: number): number =>
  Math.min(LIMITS.retryDelayMs.max, Math.max(LIMITS.retryDelayMs.min, ms));

/** @throws JobError `job.fail_options_invalid` */
function checked(options: FailOptions): FailOptions {
  const refuse = (what: string, allowed: string, value: unknown): never => {
    throw new JobError(
      ERROR_CODES.jobFailOptionsInvalid,
      `ctx.fail(): ${what} must be ${allowed}; it was ${toText(value)}.`,
    );
  };
  if (typeof options !== 'object' || options === null) {
    return refuse('the options', '{ delayMs, retryable }', options);
  }
  const unknown = Object.keys(options).find(name => !FAIL_OPTIONS.includes(name));
  if (unknown !== undefined) return refuse('the options', FAIL_OPTIONS.join(' and '), Object.keys(options));
  const { delayMs, retryable } = options;
  if (delayMs !== undefined && (typeof delayMs !== 'number' || Number.isNaN(delayMs))) {
    return refuse('delayMs', 'a number of milliseconds', delayMs);
  }
  if (retryable !== undefined && typeof retryable !== 'boolean') {
    return refuse('retryable', 'true or false', retryable);
  }
  return options;
}

const kindOf = (item: unknown): string =>
  typeof item === 'number' || typeof item === 'boolean' ? String(item) : `something (${typeof item})`;
