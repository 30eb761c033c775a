import type { DueEntry } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { LOOK_EVERY_MS, TICK_PARTITIONS } from '../topology.ts';
import { nameOf, type TickerMemory } from './ticker-memory.ts';

/** Entries that one request reads. */
const PAGE = 1_000;
/** Pages of each index partition that one look reads; the next look goes on behind them. */
const PAGES_PER_LOOK = 5;
const HOUR_MS = 3_600_000;
/** No entry's time is further off, whoever wrote it by a clock that was right. */
const FURTHEST_MS = LOOK_EVERY_MS + 2 * HOUR_MS;

const PARTITIONS = Array.from({ length: TICK_PARTITIONS }, (_, tick) => tick);

/**
 * Reads what is due from the due index, a bounded part of it. Where there is more, the next look goes on from there, so
 * that what stays at the front hides nothing behind it (invariant 11).
 *
 * @param horizon until when entries are due
 * @param ahead whether the page that the horizon is on is wanted whole, with what is due later
 */
export async function scan(
  services: Services,
  memory: TickerMemory,
  horizon: number,
  ahead: boolean,
): Promise<DueEntry[]> {
  const found = PARTITIONS.map(async tick => {
    const from = memory.cursors[tick];
    const until = ahead ? Number.MAX_SAFE_INTEGER : horizon;
    const first = await readFrom(services, tick, until, horizon, from, PAGES_PER_LOOK);
    memory.cursors[tick] = first.next;
    if (from === undefined || first.next !== undefined) return first.entries;
    // the end was reached: the rest of this look's pages are for the beginning
    const second = await readFrom(services, tick, until, horizon, undefined, PAGES_PER_LOOK - first.pages);
    memory.cursors[tick] = second.next;
    return [...second.entries, ...first.entries];
  });
  return distinct((await Promise.all(found)).flat());
}

/**
 * Finds the entries whose time is further off than any right clock writes. Asked once an hour by each process: a clock
 * that was months ahead must not hide anything from the ticker for as long (invariant 7).
 */
export async function strays({ store, clock }: Services, memory: TickerMemory): Promise<DueEntry[]> {
  const now = clock.now();
  if (Math.abs(now - memory.straysAt) < HOUR_MS) return [];
  const found = await Promise.all(PARTITIONS.map(tick => store.index.beyond(tick, now + FURTHEST_MS, PAGE)));
  memory.straysAt = now;
  return found.flat();
}

async function readFrom(
  { store }: Services,
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
