import { settleKeys } from '../buffer/settle-keys.ts';
import { walk } from '../buffer/walk.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import type { Chunk, SlotRecord } from '../store/slot-record.ts';
import { hasBit } from './bits.ts';
import { type JobItem, stateOf } from './list-items.ts';

/** One slot of a window. */
export interface SlotView {
  readonly slot: number;
  /**
   * `item`: it holds an item. `empty`: its writer has put no item there. `fenced`: a reader or its writer has closed it.
   * `open`: nothing is there yet. `erased`: its content was purged.
   */
  readonly holds: 'item' | 'empty' | 'fenced' | 'open' | 'erased';
  readonly item?: unknown;
  /**
   * What has become of the item: as of `JobItem`, or `left out` by `beforeFlush`. `duplicate`: another item of the window
   * with its dedup key is in the batch in its place. With `persist: false` such an item is not stored, and its slot is
   * `empty`. Absent while there is no job, or where `beforeFlush` has made other items.
   */
  readonly state?: JobItem['state'] | 'left out' | 'duplicate';
}

/** A window as it lies in the table, and its job where it has been flushed. */
export interface WindowView {
  readonly job: Job | undefined;
  /** The slots that are known, ascending: all of a flushed window, and of an open one up to the last that is written. */
  readonly slots: readonly SlotView[];
}

/** Reads a window without fencing its gaps, so that it does not disturb writers. */
export async function lookAtWindow({ store }: Pick<Services, 'store'>, id: string): Promise<WindowView> {
  const [job, found] = await Promise.all([
    store.jobs.readJob(id),
    store.windows.readSlots(id, 0, LIMITS.maxSize.max - 1),
  ]);
  // With `persist: false` the items are in the message.
  if (job?.inline) return { job, slots: [] };
  const records = new Map(found.map(record => [record.slot, record]));
  const count = job?.count ?? Math.max(0, ...found.map(({ slot, slots }) => slot + slots));
  const known = new Map(slotsOf(records, count).map(view => [view.slot, view]));
  const slots = Array.from(
    { length: count },
    (_, slot) => known.get(slot) ?? { slot, holds: 'open' as const },
  );
  return { job, slots: job === undefined ? slots.map(withoutState) : withStates(job, slots) };
}

/** Computes what each covered slot holds, as a reader of the window would see it (`walk`). */
function slotsOf(records: ReadonlyMap<number, SlotRecord>, count: number): SlotView[] {
  const { chunks } = walk(records, count);
  const dropped = new Set(settleKeys(chunks).flatMap(({ slot, isKept }) => (isKept ? [] : [slot])));
  const inChunks = chunks
    .flatMap(slotsOfChunk)
    .map(view => (dropped.has(view.slot) ? { ...view, state: 'duplicate' as const } : view));
  const taken = new Set(inChunks.map(({ slot }) => slot));
  const fenced = [...records.values()]
    .filter(({ kind }) => kind === 'tombstone')
    .flatMap(({ slot, slots }) => Array.from({ length: slots }, (_, at) => slot + at))
    .filter(slot => !taken.has(slot))
    .map(slot => ({ slot, holds: 'fenced' as const }));
  return [...inChunks, ...fenced];
}

function slotsOfChunk({ slot: first, slots, holes, items: json }: Chunk): SlotView[] {
  const items = JSON.parse(json) as unknown[];
  const isErased = items.length === 0 && slots > holes.length;
  let at = 0;
  return Array.from({ length: slots }, (_, place): SlotView => {
    const slot = first + place;
    if (holes.includes(place)) return { slot, holds: 'empty' };
    if (isErased) return { slot, holds: 'erased' };
    return { slot, holds: 'item', item: items[at++] };
  });
}

/** Which items are duplicates is settled when no item can get into the window any more. */
const withoutState = ({ state: _, ...view }: SlotView): SlotView => view;

/** Adds the items' states. A job's record names items by number, counted over the slots whose item is in the batch. */
function withStates(job: Job, slots: readonly SlotView[]): SlotView[] {
  const { prepared, place } = job;
  let number = 0;
  return slots.map(view => {
    // the process that gathered the items in memory has dropped it
    if (view.holds === 'empty' && place === undefined) return { ...view, state: 'duplicate' };
    // beforeFlush has made other items. It is not known which came from which.
    if (view.holds !== 'item' || view.state === 'duplicate' || prepared?.under !== undefined) return view;
    const mine = number++;
    const isKept = prepared?.kept === undefined || hasBit(prepared.kept, mine);
    return { ...view, state: isKept ? stateOf(job, mine) : 'left out' };
  });
}
