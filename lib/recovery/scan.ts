import type { DueEntry } from '../store/due-entry.ts';
import type { IndexPartition } from '../store/ports.ts';
import { LOOK_EVERY_MS } from '../store/record-life.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { nameOf, type TickerMemory } from './ticker-memory.ts';

/** Entries that one request reads. */
const PAGE = 1_000;
/** Pages of each index partition that one look reads. The next look goes on behind them. */
const PAGES_PER_LOOK = 5;
/** The most partitions that a batch has for a kind of record. Each takes about 1,000 write units a second. */
const MOST_PARTS = 32;
/**
 * Entries of a partition from which on its batch gets more partitions. A partition takes about 500 entries a second, since
 * each costs a write unit when it comes and one when it goes. So a partition whose entries live for a second has 500 of them
 * when it is throttled.
 */
const CROWDED = 250;
const HOUR_MS = 3_600_000;
/** No right clock writes an entry whose time is further off than this. */
const FURTHEST_MS = LOOK_EVERY_MS + 2 * HOUR_MS;

/** What a look at the due index has found. */
export interface Found {
  readonly entries: readonly DueEntry[];
  /** Entries whose time is further off than any right clock writes. Only some looks search for them. */
  readonly strays: readonly DueEntry[];
}

/**
 * Finds what is due in the due index. An index of up to a thousand entries is read whole, in one request, however many
 * batches there are. Of a larger one a bounded part is read, partition by partition. Where a partition has more, the next
 * look goes on from there, so that what stays at the front hides nothing behind it (invariant 11).
 *
 * Once an hour each process looks for entries whose time is further off than any right clock writes: a clock that was
 * months ahead must not hide anything from the ticker for as long (invariant 7).
 *
 * @param horizon entries up to this time are due, in ms since the epoch
 * @param ahead whether to return also later entries that the same pages have
 */
export async function scan(
  services: Pick<Services, 'store' | 'clock' | 'warn'>,
  memory: TickerMemory,
  horizon: number,
  ahead: boolean,
): Promise<Found> {
  const { store, clock } = services;
  const now = clock.now();
  const { entries, isAll, sizes } = await store.index.start(PAGE);
  if (isAll) {
    await spreadOutCrowded(services, sizes);
    return { entries, strays: entries.filter(({ dueAt }) => dueAt > now + FURTHEST_MS) };
  }
  const partitions = await store.index.partitions();
  memory.keepCursors(partitions);
  const found = await Promise.all(
    partitions.map(partition => readPartition(services, memory, partition, horizon, ahead)),
  );
  return {
    entries: distinct(found.flat()),
    strays: ahead ? await findStrays(services, memory, partitions) : [],
  };
}

async function findStrays(
  { store, clock }: StoreAccess,
  memory: TickerMemory,
  partitions: readonly IndexPartition[],
): Promise<DueEntry[]> {
  const now = clock.now();
  if (Math.abs(now - memory.straysAt) < HOUR_MS) return [];
  const found = await Promise.all(
    partitions.map(({ tick }) => store.index.beyond(tick, now + FURTHEST_MS, PAGE)),
  );
  memory.straysAt = now;
  return found.flat();
}

async function readPartition(
  services: Pick<Services, 'store' | 'warn'>,
  memory: TickerMemory,
  partition: IndexPartition,
  horizon: number,
  ahead: boolean,
): Promise<DueEntry[]> {
  const { tick } = partition;
  const from = memory.cursors.get(tick);
  const until = ahead ? Number.MAX_SAFE_INTEGER : horizon;
  const first = await readFrom(services, tick, until, horizon, from, PAGES_PER_LOOK);
  memory.cursors.set(tick, first.next);
  if (from === undefined) await spreadOut(services, partition, first.entries.length);
  if (from === undefined || first.next !== undefined) return first.entries;
  // The end of the partition is reached. The rest of this look's pages are read from its beginning.
  const second = await readFrom(services, tick, until, horizon, undefined, PAGES_PER_LOOK - first.pages);
  memory.cursors.set(tick, second.next);
  return [...second.entries, ...first.entries];
}

/** Gives batches more partitions if the index is small, but one of its partitions is crowded. */
async function spreadOutCrowded(
  services: Pick<Services, 'store' | 'warn'>,
  sizes: ReadonlyMap<number, number>,
): Promise<void> {
  if (![...sizes.values()].some(size => size >= CROWDED)) return;
  for (const partition of await services.store.index.partitions()) {
    await spreadOut(services, partition, sizes.get(partition.tick) ?? 0);
  }
}

/**
 * Gives a batch more partitions if one of them is crowded: so many that each would have less than `CROWDED` entries. New
 * entries are spread over all of them.
 */
async function spreadOut(
  { store, warn }: Pick<Services, 'store' | 'warn'>,
  partition: IndexPartition,
  found: number,
): Promise<void> {
  const { batch, parts } = partition;
  if (batch === undefined || parts === undefined || parts >= MOST_PARTS || found < CROWDED) return;
  const times = 2 ** (Math.floor(Math.log2(found / CROWDED)) + 1);
  try {
    await store.index.spreadOut(batch, parts, Math.min(MOST_PARTS, times * parts));
  } catch (error) {
    warn('a busy batch could not be given more index partitions', error, { batch });
  }
}

async function readFrom(
  { store }: Pick<Services, 'store'>,
  tick: number,
  until: number,
  horizon: number,
  from: DueEntry | undefined,
  most: number,
): Promise<{ entries: DueEntry[]; pages: number; next: DueEntry | undefined }> {
  const entries: DueEntry[] = [];
  let [pages, last] = [0, from];
  while (pages < most) {
    const page = await store.index.due(tick, until, PAGE, last);
    entries.push(...page);
    pages += 1;
    last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.dueAt > horizon) {
      return { entries, pages, next: undefined };
    }
  }
  return { entries, pages, next: last };
}

const distinct = (entries: readonly DueEntry[]): DueEntry[] => [
  ...new Map(entries.map(entry => [nameOf(entry), entry])).values(),
];
