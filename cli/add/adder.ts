import type { ApiClient } from '../api/api-client.ts';
import type { Receipt } from '../api/api-types.ts';
import { backoff } from '../api/retry-delay.ts';
import { ApiError, CLI_CODES, CommandError, InterruptedError, UnreachableError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import { count } from '../output/number.ts';
import { itemsBody, MAX_ITEMS } from './body.ts';
import type { Item, Refusal } from './item.ts';
import { type AddOutcome, emptyOutcome } from './outcome.ts';
import { partialOf } from './partial.ts';

interface AdderOptions {
  readonly api: Pick<ApiClient, 'add'>;
  readonly io: Pick<Io, 'now' | 'sleep' | 'interrupted'>;
  readonly batch: string;
  /** How long to retry while the API asks to wait, in milliseconds. */
  readonly retryForMs: number;
  readonly onRefusal: (refusal: Refusal) => void;
  readonly onWait: (ms: number, reason: string) => void;
  /** Gets each receipt with its item, before the next bulk is sent. */
  readonly onReceipts: (told: readonly ToldItem[]) => Promise<void>;
}

/** A receipt, with the JSON of its item. */
export interface ToldItem {
  readonly receipt: Receipt;
  readonly json: string;
}

/**
 * Adds bulks one after the other, so that the batch has the items in the order of their lines. It does not send an item
 * again that may be stored.
 */
export class Adder {
  readonly outcome: AddOutcome = emptyOutcome();
  readonly #options: AdderOptions;
  /**
   * The most items of the next request. A refused item refuses its whole bulk, so smaller bulks cost less if many items are
   * refused. A bulk that was stored in part is more likely to be stored whole if it is smaller.
   */
  #limit = MAX_ITEMS;

  constructor(options: AdderOptions) {
    this.#options = options;
  }

  /**
   * Adds all items of a bulk that can be added.
   * @throws errors that end the adding, such as an unknown batch or no answer. `outcome` has the items before
   */
  async add(bulk: readonly Item[]): Promise<void> {
    const parts: (readonly Item[])[] = [bulk];
    try {
      for (let part = parts.shift(); part; part = parts.shift()) {
        if (part.length > this.#limit) parts.unshift(part.slice(this.#limit));
        const now = part.slice(0, this.#limit);
        if (now.length > 0) parts.unshift(...(await this.#send(now)));
      }
    } catch (error) {
      this.outcome.notAdded.push(...linesOf(parts.flat()));
      throw error;
    }
  }

  /** @returns the items that have to be sent in another way */
  async #send(part: readonly Item[]): Promise<(readonly Item[])[]> {
    const { api, batch, retryForMs, onWait } = this.#options;
    try {
      const { accepted, duplicates, receipts } = await api.add(batch, itemsBody(part), {
        retryForMs,
        onWait: (ms, { problem }) => onWait(ms, problem.detail),
        // after sending, only the answer says which items are stored
        isUninterruptible: true,
      });
      this.#count(accepted, duplicates);
      this.#limit = Math.min(MAX_ITEMS, this.#limit * 2);
      await this.#tell(
        part,
        receipts.map((receipt, index) => ({ receipt, index })),
      );
      return [];
    } catch (error) {
      if (error instanceof ApiError) return this.#afterProblem(part, error);
      (wasNotSent(error) ? this.outcome.notAdded : this.outcome.unknown).push(...linesOf(part));
      throw error;
    }
  }

  async #afterProblem(part: readonly Item[], error: ApiError): Promise<(readonly Item[])[]> {
    const { problem, status } = error;
    const partial = partialOf(problem, part.length);
    if (partial) {
      const duplicates = partial.stored.filter(({ receipt }) => receipt.duplicate).length;
      this.#count(partial.stored.length - duplicates, duplicates);
      await this.#tell(part, partial.stored);
      this.outcome.unknown.push(...linesOf(pick(part, partial.unknown)));
      this.#halve(part.length);
      return this.#again(pick(part, partial.notStored), error);
    }
    const isOfAnItem = status === 413 || status === 422 || status === 400;
    const at = part.length === 1 ? 0 : problem['index'];
    if (isOfAnItem && typeof at === 'number' && part[at] !== undefined) {
      this.#refuse({ line: part[at].line, code: problem.code, detail: ofTheItem(problem.detail) });
      this.#halve(part.length);
      return [part.slice(0, at), part.slice(at + 1)];
    }
    if (status === 413 || status === 422) {
      const half = Math.ceil(part.length / 2);
      return [part.slice(0, half), part.slice(half)];
    }
    (error.nothingDone ? this.outcome.notAdded : this.outcome.unknown).push(...linesOf(part));
    throw error;
  }

  #failures = 0;
  #failingSince = 0;

  /** Waits, and returns items that certainly are not stored, until the time of `--retry-for` has passed. */
  async #again(items: readonly Item[], error: ApiError): Promise<(readonly Item[])[]> {
    if (items.length === 0) return [];
    const { io, retryForMs, onWait } = this.#options;
    if (this.#failures === 0) this.#failingSince = io.now();
    const wait = backoff(this.#failures);
    this.#failures += 1;
    if (io.now() + wait > this.#failingSince + retryForMs) {
      this.outcome.notAdded.push(...linesOf(items));
      throw error;
    }
    onWait(wait, `${count(items.length, 'item')} could not be stored yet [${error.problem.code}].`);
    await io.sleep(wait);
    if (!io.interrupted.aborted) return [items];
    this.outcome.notAdded.push(...linesOf(items));
    throw new InterruptedError(io.interrupted.reason);
  }

  async #tell(
    part: readonly Item[],
    stored: readonly { readonly index: number; readonly receipt: Receipt }[],
  ): Promise<void> {
    await this.#options.onReceipts(
      stored.flatMap(({ index, receipt }) => {
        const item = part[index];
        return item ? [{ receipt, json: item.json }] : [];
      }),
    );
  }

  #count(accepted: number, duplicates: number): void {
    this.outcome.accepted += accepted;
    this.outcome.duplicates += duplicates;
    // the store takes items, so begin to count failures anew
    if (accepted + duplicates > 0) this.#failures = 0;
  }

  #halve(size: number): void {
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, size) / 2));
  }

  #refuse(refusal: Refusal): void {
    this.outcome.refused.push(refusal);
    this.#options.onRefusal(refusal);
  }
}

/** Returns whether the request failed before it was sent, or between two tries if the first was refused as a whole. */
const wasNotSent = (error: unknown): boolean =>
  error instanceof UnreachableError
    ? !error.mayHaveArrived
    : error instanceof CommandError && error.problem.code !== CLI_CODES.answerNotUnderstood;

/** Removes the item's place in the request from the API's message. The user knows only the line. */
const ofTheItem = (detail: string): string => detail.replace(/^batch ".*?", item \d+: /, '');

const linesOf = (items: readonly Item[]): number[] => items.map(({ line }) => line);

const pick = (items: readonly Item[], places: readonly number[]): Item[] =>
  places.flatMap(at => items[at] ?? []);
