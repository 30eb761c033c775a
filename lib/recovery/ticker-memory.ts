import type { IndexPartition } from '../store/ports.ts';
import type { DueEntry } from '../store/records.ts';
import { backoffMs } from './backoff.ts';
import { Lanes } from './lanes.ts';

/** Entries that are remembered at the most; what is beyond is tried at each look. */
const REMEMBERED = 10_000;

/** An entry that could not be put right, and not be moved on in the index either. */
interface Resting {
  readonly fails: number;
  readonly until: number;
  /** A later version has stored it. */
  readonly newer: boolean;
}

/** What a ticker's process remembers from look to look, and from waking to waking. All of it is bounded. */
export class TickerMemory {
  readonly lanes = new Lanes();
  /** Entries that are looked at just now. */
  readonly underWay = new Set<string>();
  /** Where the next look goes on in an index partition, by its key; undefined: at its beginning. */
  readonly cursors = new Map<number, DueEntry | undefined>();
  /** Removed batches that this process has noted in the store. */
  readonly removed = new Set<string>();
  /** Whether this process has looked for batches whose definitions have come back. */
  lookedForReturned = false;
  /** When entries were last looked for whose time is further off than any can be. */
  straysAt = Number.NEGATIVE_INFINITY;
  readonly #resting = new Map<string, Resting>();

  /** Forgets where it was in partitions that are not there any more. */
  keepCursors(partitions: readonly IndexPartition[]): void {
    const there = new Set(partitions.map(({ tick }) => tick));
    for (const tick of this.cursors.keys()) if (!there.has(tick)) this.cursors.delete(tick);
  }

  /** What is known of an entry that is to be left alone for now. */
  resting(name: string, now: number): Resting | undefined {
    const known = this.#resting.get(name);
    return known !== undefined && known.until > now ? known : undefined;
  }

  /** Leaves an entry alone for a while, twice as long each time. Returns how often in a row. */
  rest(name: string, now: number, newer: boolean): number {
    const fails = (this.#resting.get(name)?.fails ?? 0) + 1;
    if (this.#resting.has(name) || this.#resting.size < REMEMBERED) {
      this.#resting.set(name, { fails, until: now + backoffMs(fails - 1), newer });
    }
    return fails;
  }

  /** Forgets an entry that has been put right or moved on. */
  wake(name: string): void {
    this.#resting.delete(name);
  }
}

/** Names an entry, whatever its time is. */
export function nameOf(entry: DueEntry): string {
  if (entry.kind === 'job') return `job ${entry.id}`;
  if (entry.kind === 'control') return `control ${entry.batch}`;
  const { batch, group, shard } = entry.buffer;
  return `head ${JSON.stringify([batch, group ?? null, shard])}`;
}
