import type { Draws } from '../world/draws.ts';
import type { BatchPlan } from './batch-plan.ts';

/** A deployment that changes a batch: other options, or no definition at all. */
export interface Change {
  readonly atMs: number;
  readonly batch: string;
  readonly to: Partial<BatchPlan> | 'removed';
}

/** Decides which deployments happen in a play. */
export function changesOf(
  draws: Draws,
  batches: readonly BatchPlan[],
  activeMs: number,
  given?: readonly Change['to'][],
): Change[] {
  if (given) {
    return batches
      .flatMap(({ name }) => given.map((to): Change => ({ atMs: draws.int(0, activeMs), batch: name, to })))
      .sort((a, b) => a.atMs - b.atMs);
  }
  if (!draws.chance(0.4)) return [];
  const changes = Array.from({ length: draws.int(1, 3) }, (): Change => {
    const batch = draws.pick(batches);
    const to = draws.pick<Change['to']>([
      { maxSize: draws.pick([1, 2, 3, 10]) },
      batch.ordered ? { maxSize: 2 } : { shards: draws.pick([1, 2, 4]) },
      { keys: batch.keys === 0 ? 3 : 0, dedupTtlMs: undefined },
      { maxWaitMs: draws.pick([100, 2_000]) },
      { groups: batch.groups === 0 ? 3 : 0 },
      { ordered: !batch.ordered },
      { throttle: batch.throttle ? undefined : { max: 1, duration: 2_000 } },
      // what beforeFlush leaves out of a batch that was never stored, nobody can tell from what was lost
      batch.filters ? { maxSize: 3 } : { persist: !batch.persist },
      'removed',
    ]);
    return { atMs: draws.int(0, activeMs), batch: batch.name, to };
  });
  // and perhaps another rule of duplicates, beside whatever else changes
  const keeps = draws.of('keep');
  const keyed = batches.filter(({ keys }) => keys > 0);
  if (keyed.length > 0 && keeps.chance(0.3)) {
    const dedupKeep = keeps.pick(['first', 'last', undefined] as const);
    changes.push({ atMs: keeps.int(0, activeMs), batch: keeps.pick(keyed).name, to: { dedupKeep } });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}
