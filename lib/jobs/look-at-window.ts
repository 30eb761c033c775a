import { walk } from '../buffer/walk.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Chunk, Job, SlotRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { hasBit } from './bits.ts';
import { type JobItem, stateOf } from './list-items.ts';

/** One slot of a window. */
export interface SlotView {
  readonly slot: number;
  /**
   * `item`: it holds one. `empty`: it was given up by its writer, whose item is elsewhere. `fenced`: a reader has closed
   * it, since nobody had written to it. `open`: nothing is there yet. `erased`: its content was purged.
   */
  readonly holds: 'item' | 'empty' | 'fenced' | 'open' | 'erased';
  readonly item?: unknown;
  /** What has become of the item: as of `JobItem`, or `left out` by `beforeFlush`. Absent while there is no job, or where `beforeFlush` has made other items. */
  readonly state?: JobItem['state'] | 'left out';
}

/** A window as it lies in the table, and its job where it has been flushed. */
export interface WindowView {
  readonly job: Job | undefined;
  /** The slots that are known, ascending: all of a flushed window, and of an open one up to the last that is written. */
  readonly slots: readonly SlotView[];
}

/** Looks at a window without closing its gaps, so that it may be looked at while writers are in flight. */
export async function lookAtWindow({ store }: Pick<Services, 'store'>, id: string): Promise<WindowView> {
  const [job, found] = await Promise.all([
    store.jobs.readJob(id),
    store.windows.readSlots(id, 0, LIMITS.maxSize.max - 1),
  ]);
  // the items of a batch that gathers in memory are in a message
  if (job?.inline) return { job, slots: [] };
  const records = new Map(found.map(record => [record.slot, record]));
  const count = job?.count ?? Math.max(0, ...found.map(({ slot, slots }) => slot + slots));
  const known = new Map(slotsOf(records, count).map(view => [view.slot, view]));
  const slots = Array.from(
    { length: count },
    (_, slot) => known.get(slot) ?? { slot, holds: 'open' as const },
  );
  return { job, slots: job === undefined ? slots : withStates(job, slots) };
}

/** The slots that a record covers, as a reader comes to them (`walk`). */
function slotsOf(records: ReadonlyMap<number, SlotRecord>, count: number): SlotView[] {
  const { chunks } = walk(records, count);
  const inChunks = chunks.flatMap(slotsOfChunk);
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

/** A job's record speaks of its items by their numbers, which are those of the slots that hold one. */
function withStates(job: Job, slots: readonly SlotView[]): SlotView[] {
  const { prepared } = job;
  // other items stand under another key, and nothing says which came of which
  if (prepared?.under !== undefined) return [...slots];
  let number = 0;
  return slots.map(view => {
    if (view.holds !== 'item') return view;
    const mine = number++;
    const isKept = prepared?.kept === undefined || hasBit(prepared.kept, mine);
    return { ...view, state: isKept ? stateOf(job, mine) : 'left out' };
  });
}
