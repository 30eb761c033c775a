import type { Item, JobChange } from './evidence.ts';
import type { Case } from './promised.ts';

/** What is in each batch: what its window holds, and what its handler got. What was purged unseen is absent. */
export function contentsOf({ evidence, windows }: Pick<Case, 'evidence' | 'windows'>): Map<string, string[]> {
  const contents = new Map<string, string[]>();
  for (const run of evidence.runs) {
    const known = contents.get(run.job) ?? [];
    for (const id of run.items) if (!known.includes(id)) known.push(id);
    contents.set(run.job, known);
  }
  const purged = purgedJobs({ evidence });
  for (const id of windows.jobs.keys()) {
    const placed = windows.of(id);
    if (placed === undefined || purged.has(id)) continue;
    // of a window of which some records have expired, the handler has seen the others
    contents.set(id, [...new Set([...placed.map(item => item.id), ...(contents.get(id) ?? [])])]);
  }
  return contents;
}

/** Whether a change takes away all that a job's record tells. */
export const isPurge = ({ before, after }: JobChange): boolean =>
  before !== undefined && before.runs.length > 0 && after.runs.length === 0;

/** Jobs whose items somebody has, or may have, taken away. */
export const purgedJobs = ({ evidence }: Pick<Case, 'evidence'>): Set<string> =>
  new Set(evidence.purges.map(({ job }) => job.id));

/** Whether the process that held an item in memory has dropped it at the flush, for another one with its key. */
export function wasDroppedInMemory(
  { evidence, contents }: Pick<Case, 'evidence' | 'contents'>,
  { batch, key, keep, receipt }: Item,
): boolean {
  if (keep === undefined || evidence.plansOf(batch).every(({ persist }) => persist)) return false;
  return (contents.get(receipt?.job ?? '') ?? []).some(other => evidence.items.get(other)?.key === key);
}
