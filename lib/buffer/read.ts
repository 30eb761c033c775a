import type { Services, StoreAccess } from '../store/services.ts';
import type { SlotRecord } from '../store/slot-record.ts';
import { fence } from './fence.ts';
import { settleKeys } from './settle-keys.ts';
import { walk } from './walk.ts';

/** Slots that one query reads. A larger window is read by several queries at once. */
const SLOTS_PER_QUERY = 2_500;
/** Pauses between looks at slots that no record covers, since their writers may be about to put the records. */
const WRITER_BACKOFF_MS = [20, 40, 80, 160, 300, 400];
/** How long the reader waits for a record that closes a gap before it fences all gaps. */
const GAP_TIMEOUT_MS = 1_000;
/** Looks before it fences in any case: about a minute, for which a reservation is valid. */
const MOST_LOOKS = 150;

/** A sealed window with no gap. No writer can add to it any more. */
export interface ClosedWindow {
  /** The items in the order of their slots, no two of which were added with the same dedup key. */
  readonly items: readonly unknown[];
  /** Items that were dropped, since another one with their dedup key is in the batch. */
  readonly dropped: number;
  /** Slots that were fenced by this read. */
  readonly fenced: number;
  /** Of the items as JSON, dropped ones included. */
  readonly bytes: number;
  /** Traces in which its items were added, as far as the chunks have them. */
  readonly traces: readonly string[];
}

/**
 * Reads a sealed window's items. A chunk or a tombstone has to cover every slot. Where none does, a writer may be
 * about to put its chunk: the reader waits for a short while, and then fences the slot by a tombstone. If the writer's
 * chunk was put first, the reader takes it. Otherwise the slot is closed for ever, and the writer's put is refused. So
 * every attempt sees the same items (invariant 4), without clocks or locks.
 */
export async function readWindow(services: StoreAccess, job: string, count: number): Promise<ClosedWindow> {
  const records = new Map<number, SlotRecord>();
  await read(services, job, records, 0, count);
  let { chunks, gaps } = walk(records, count);
  // While gaps are closed one after the other, writers are at work, however slowly the store takes their chunks.
  for (let looks = 0, inVain = 0; gaps.length > 0 && inVain < GAP_TIMEOUT_MS && looks < MOST_LOOKS; looks++) {
    const pause = WRITER_BACKOFF_MS[Math.min(looks, WRITER_BACKOFF_MS.length - 1)] ?? 0;
    await services.clock.sleep(pause);
    await read(services, job, records, gaps[0] ?? 0, count);
    const open = gaps.length;
    ({ chunks, gaps } = walk(records, count));
    inVain = gaps.length < open ? 0 : inVain + pause;
  }
  let fenced = 0;
  // A fence may meet a chunk, which may cover other gaps too. Walk again until no gap is left.
  while (gaps.length > 0) {
    for (const record of await fence(services, job, gaps)) {
      records.set(record.slot, record);
      if (record.kind === 'tombstone') fenced += 1;
    }
    ({ chunks, gaps } = walk(records, count));
  }
  const all = settleKeys(chunks);
  const kept = all.filter(({ isKept }) => isKept);
  return {
    items: kept.map(({ item }) => item),
    dropped: all.length - kept.length,
    fenced,
    bytes: chunks.reduce((sum, { items }) => sum + Buffer.byteLength(items), 0),
    traces: [...new Set(chunks.flatMap(({ traces = [] }) => traces))],
  };
}

/** Reads the records of the slots from … count−1 into `records`. */
async function read(
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
