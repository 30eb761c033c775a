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

/** Jobs whose items somebody has, or may have, taken away. */
export function purgedJobs({ evidence }: Pick<Case, 'evidence'>): Set<string> {
  const purged = new Set<string>();
  for (const { id, before, after } of evidence.jobChanges) {
    if (before !== undefined && before.runs.length > 0 && after.runs.length === 0) purged.add(id);
  }
  for (const { name, job } of evidence.operations) {
    if (name === 'purge' && job !== undefined) purged.add(job);
  }
  return purged;
}
