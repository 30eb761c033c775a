import type { DueEntry } from '../store/due-entry.ts';
import type { IndexPartition } from '../store/ports.ts';
import { backoffMs } from './backoff.ts';
import { Lanes } from './lanes.ts';

/** The most entries that are remembered. Others that fail are tried again at each look. */
const REMEMBERED = 10_000;

/** An entry that could neither be repaired nor put off in the index. */
interface Resting {
  readonly fails: number;
  readonly until: number;
  /** Whether a later version has stored it. */
  readonly newer: boolean;
}

/** What a ticker's process remembers from look to look, and from one invocation to the next. All of it is bounded. */
export class TickerMemory {
  readonly lanes = new Lanes();
  /** Entries under repair. */
  readonly underWay = new Set<string>();
  /** The entry behind which the next look goes on, by the key of the index partition; undefined: at the beginning. */
  readonly cursors = new Map<number, DueEntry | undefined>();
  /** Removed batches that this process has noted in the store. */
  readonly removed = new Set<string>();
  /** Whether this process has looked for batches whose definitions have come back. */
  lookedForReturned = false;
  /** When strays were last searched for, in ms since the epoch. */
  straysAt = Number.NEGATIVE_INFINITY;
  readonly #resting = new Map<string, Resting>();

  /** Forgets the cursors of partitions that are not there any more. */
  keepCursors(partitions: readonly IndexPartition[]): void {
    const there = new Set(partitions.map(({ tick }) => tick));
    for (const tick of this.cursors.keys()) if (!there.has(tick)) this.cursors.delete(tick);
  }

  /** Returns what is known of an entry that is left alone for now; undefined for any other entry. */
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

  /** Forgets an entry that has been repaired or put off in the index. */
  wake(name: string): void {
    this.#resting.delete(name);
  }
}

/** Names an entry. The name does not depend on the entry's time. */
export function nameOf(entry: DueEntry): string {
  if (entry.kind === 'job') return `job ${entry.id}`;
  if (entry.kind === 'control') return `control ${entry.batch}`;
  const { batch, group, shard } = entry.buffer;
  return `head ${JSON.stringify([batch, group ?? null, shard])}`;
}
