import type { WindowStore } from '#lib/store/ports';
import type { KeyHolder } from '#lib/store/records';

/** An item as it stands in a batch. */
export interface PlacedItem {
  readonly id: string;
  readonly job: string;
  readonly slot: number;
}

/**
 * Takes down when each slot's item was marked with its key, by the clock of whoever marked it: as a marker that
 * outlives its window says it.
 */
export class MarkedKeys {
  readonly #ttlMs: number;
  readonly #markedAt = new Map<string, number>();

  constructor(windows: WindowStore, ttlMs: number) {
    this.#ttlMs = ttlMs;
    const [putKey, takeOverKey] = [windows.putKey.bind(windows), windows.takeOverKey.bind(windows)];
    windows.putKey = async (scope, key, holder) => {
      const there = await putKey(scope, key, holder);
      if (isSame(there, holder)) this.#mark(there);
      return there;
    };
    windows.takeOverKey = async (scope, key, from, to) => {
      const there = await takeOverKey(scope, key, from, to);
      if (there && isSame(there, to)) this.#mark(there);
      return there;
    };
  }

  #mark({ job, slot, until }: KeyHolder): void {
    if (until !== undefined) this.#markedAt.set(`${job} ${slot}`, until - this.#ttlMs);
  }

  /** The breaches, in words: items of one key that were marked within its time, and are both in batches. */
  verdict(items: readonly PlacedItem[], keyOf: (id: string) => string): string[] {
    const breaches: string[] = [];
    const lastOf = new Map<string, { readonly id: string; readonly at: number }>();
    const marked = items.map(({ id, job, slot }) => ({ id, at: this.#markedAt.get(`${job} ${slot}`) }));
    for (const { id, at } of marked.sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
      if (at === undefined) {
        breaches.push(`${id} is in a batch, and its key was never marked`);
        continue;
      }
      const last = lastOf.get(keyOf(id));
      if (last && at - last.at <= this.#ttlMs) {
        breaches.push(`${id} was marked ${at - last.at} ms after ${last.id}, and both are in batches`);
      }
      lastOf.set(keyOf(id), { id, at });
    }
    return breaches;
  }
}

const isSame = (a: KeyHolder, b: KeyHolder): boolean =>
  a.job === b.job && a.chunk === b.chunk && a.slot === b.slot;
