import type { Job } from '#lib/store/job';
import type { PlayItem } from '../actors/play-item.ts';
import type { Stage } from '../world/stage.ts';
import type { Evidence } from './evidence.ts';

/** An item in its slot. */
export interface Placed {
  readonly id: string;
  readonly slot: number;
}

/** What the windows hold of all jobs, as their slots say, whatever a reader drops. */
export interface Windows {
  readonly jobs: ReadonlyMap<string, Job>;
  /** Undefined where the window's records are gone, or the batch was never stored. */
  readonly of: (job: string) => readonly Placed[] | undefined;
}

/**
 * The items of a window that have to be in its batch. Of a key it is the first that was acknowledged for certain, else the
 * last that was added to stay as the last, else the first.
 */
export function batchOf(placed: readonly Placed[], items: Evidence['items']): Placed[] {
  const factsOf = ({ id }: Placed) => items.get(id);
  return placed.filter(each => {
    const key = factsOf(each)?.key;
    if (key === undefined) return true;
    const same = placed.filter(other => factsOf(other)?.key === key);
    const certain = same.find(other => factsOf(other)?.keep === undefined);
    return each === (certain ?? same.findLast(other => factsOf(other)?.keep === 'last') ?? same[0]);
  });
}

/** Reads all windows as they are at the end. */
export async function windowsOf({ storage }: Stage): Promise<Windows> {
  const placed = new Map<string, Placed[]>();
  const { windows } = storage.truth;
  for (const job of storage.jobs.values()) {
    const gone = (await Promise.all(storage.expired.get(job.id) ?? [])).flat();
    const records = [...gone, ...(await windows.readSlots(job.id, 0, job.count - 1))].sort(
      (a, b) => a.slot - b.slot,
    );
    if (records.length === 0) continue;
    const items: Placed[] = [];
    let end = 0;
    for (const record of records) {
      if (record.slot < end) continue;
      end = record.slot + record.slots;
      if (record.kind === 'tombstone') continue;
      const slots = Array.from({ length: record.slots }, (_, at) => at).filter(
        at => !record.holes.includes(at),
      );
      (JSON.parse(record.items) as PlayItem[]).forEach(({ id }, at) => {
        items.push({ id, slot: record.slot + (slots[at] ?? 0) });
      });
    }
    placed.set(job.id, items);
  }
  return { jobs: storage.jobs, of: job => placed.get(job) };
}
