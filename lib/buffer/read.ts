import pLimit from 'p-limit';
import type { Chunk, SlotRecord } from '../store/records.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { walk } from './walk.ts';

/** Slots that one query reads; a larger window is read by several at once. */
const SLOTS_PER_QUERY = 2_500;
/** How long a writer in flight is waited for before its slot is fenced; it may add its items again. */
const WRITER_BACKOFF_MS = [20, 40, 80, 160, 300, 400];
const PARALLEL_FENCES = 32;

/** A sealed window as it is for ever: no writer can add to it any more. */
export interface ClosedWindow {
  /** The items in the order of their slots, no two of which were added with the same dedup key. */
  readonly items: readonly unknown[];
  /** Slots that were fenced by this read. */
  readonly fenced: number;
  /** Of the items as JSON. */
  readonly bytes: number;
  /** Which traces its items were added in, as far as those are kept. */
  readonly traces: readonly string[];
}

/**
 * Reads a sealed window's items. Every slot has to be covered by a chunk or a tombstone. Where neither is, a
 * writer may be in flight: it is waited for a short while, and then fenced. If the fence loses, the writer won
 * and its chunk is read; if not, the slot is closed for ever and the writer learns it from its failed condition.
 * So every attempt sees the same items (invariant 4), without clocks or locks.
 */
export async function readWindow(services: StoreAccess, job: string, count: number): Promise<ClosedWindow> {
  const records = new Map<number, SlotRecord>();
  await look(services, job, records, 0, count);
  let { chunks, gaps } = walk(records, count);
  for (const pause of WRITER_BACKOFF_MS) {
    if (gaps.length === 0) break;
    await services.clock.sleep(pause);
    await look(services, job, records, gaps[0] ?? 0, count);
    ({ chunks, gaps } = walk(records, count));
  }
  let fenced = 0;
  // a chunk that wins against a fence may cover later gaps, or begin before them: walk again until none is left
  while (gaps.length > 0) {
    for (const record of await fence(services, job, gaps)) {
      records.set(record.slot, record);
      if (record.kind === 'tombstone') fenced += 1;
    }
    ({ chunks, gaps } = walk(records, count));
  }
  return {
    items: dropSeenKeys(chunks),
    fenced,
    bytes: chunks.reduce((sum, { items }) => sum + Buffer.byteLength(items), 0),
    traces: [...new Set(chunks.flatMap(({ traces = [] }) => traces))],
  };
}

/** Reads the records of the slots from … count−1 into `records`. */
async function look(
  { store }: Pick<Services, 'store'>,
  job: string,
  records: Map<number, SlotRecord>,
  from: number,
  count: number,
): Promise<void> {
  const starts: number[] = [];
  for (let start = from; start < count; start += SLOTS_PER_QUERY) starts.push(start);
  const found = await Promise.all(
    starts.map(start => store.windows.readSlots(job, start, Math.min(start + SLOTS_PER_QUERY, count) - 1)),
  );
  for (const record of found.flat()) records.set(record.slot, record);
}

/**
 * Fences single slots: only a chunk's owner may cover several at once. All at the same time, since what each
 * put finds at its own slot is final there, whatever the others find.
 */
async function fence(
  { store }: Pick<Services, 'store'>,
  job: string,
  slots: readonly number[],
): Promise<SlotRecord[]> {
  const limit = pLimit(PARALLEL_FENCES);
  return Promise.all(
    slots.map(slot => limit(() => store.windows.putTombstone(job, { kind: 'tombstone', slot, slots: 1 }))),
  );
}

/**
 * The chunks' items but those whose dedup key an earlier one has: the last guard of invariant 3. Which key an item has
 * was decided when it was added, so that no later definition makes another batch of it (docs/decisions/0026).
 */
function dropSeenKeys(chunks: readonly Chunk[]): unknown[] {
  const seen = new Set<string>();
  return chunks.flatMap(({ items, keys = [] }) =>
    (JSON.parse(items) as unknown[]).filter((_, at) => {
      const key = keys[at];
      if (key === undefined) return true;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    }),
  );
}
