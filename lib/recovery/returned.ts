import { jobsOf, openJobs } from '../jobs/jobs-of.ts';
import type { DueEntry } from '../store/due-entry.ts';
import type { SealServices, Services } from '../store/services.ts';
import { beginLook } from './look.ts';
import { repairInParts } from './repair.ts';
import type { TickerMemory } from './ticker-memory.ts';

/** A batch whose definition is deployed again, and the entries that are left of it. */
export interface Returned {
  readonly batch: string;
  readonly entries: readonly DueEntry[];
}

/** Repairs the entries of batches whose definitions are deployed again, and forgets that these were removed. */
export async function takeUpReturned(
  services: SealServices,
  returned: readonly Returned[],
  look: Parameters<typeof beginLook>[1],
): Promise<void> {
  for (const { batch, entries } of returned) {
    // The time is up. The next run of the ticker does the rest.
    if (!(await repairInParts(services, entries, beginLook(services, look)))) return;
    await services.store.index.forgetRemoved(batch);
  }
  look.memory.lookedForReturned = true;
}

/**
 * Finds removed batches whose definitions are deployed again. A process that has repaired all of them does not ask
 * again, since its definitions never change.
 */
export async function findReturned(
  services: Pick<Services, 'store' | 'definitionOf'>,
  memory: TickerMemory,
): Promise<Returned[]> {
  if (memory.lookedForReturned) return [];
  const { store, definitionOf } = services;
  const back = (await store.index.removedBatches()).filter(batch => definitionOf(batch) !== undefined);
  const found: Returned[] = [];
  for (const batch of back) {
    const buffers = await store.index.buffersOf(batch);
    const entries: DueEntry[] = buffers.map(buffer => ({ kind: 'head', buffer, dueAt: 0 }));
    for await (const { id, inline } of openJobs(services, batch)) {
      // A message that names the job has no items. Those of such a job are in its first message alone.
      if (!inline) entries.push({ kind: 'job', id, dueAt: 0 });
    }
    for await (const { id, onDeadPending } of jobsOf(services, batch, 'dead')) {
      if (onDeadPending !== undefined) entries.push({ kind: 'job', id, dueAt: 0 });
    }
    found.push({ batch, entries });
  }
  if (found.length === 0) memory.lookedForReturned = true;
  return found;
}
