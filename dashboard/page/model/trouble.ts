import type { BatchStatus } from '../api/contract.ts';

/** Ranks a batch by its trouble: failing batches first, then held-back ones, then those with waiting jobs. */
const TROUBLES: readonly ((batch: BatchStatus) => boolean)[] = [
  ({ jobs }) => jobs.dead + jobs.failed > 0,
  ({ jobs }) => jobs.retrying > 0,
  ({ ingestionPaused }) => ingestionPaused,
  ({ paused, draining }) => paused || draining,
  ({ jobs }) => jobs.waiting + jobs.parked > 0,
];

/** Trouble first; batches that are alike stay in the order in which they came. */
export function byTrouble(batches: readonly BatchStatus[]): BatchStatus[] {
  const rank = (batch: BatchStatus): number => {
    const found = TROUBLES.findIndex(has => has(batch));
    return found === -1 ? TROUBLES.length : found;
  };
  return batches.toSorted((a, b) => rank(a) - rank(b));
}

/** In the order of these names; a batch that is not among them comes last. */
export const inOrder = (batches: readonly BatchStatus[], names: readonly string[]): BatchStatus[] =>
  batches.toSorted((a, b) => place(names, a) - place(names, b));

function place(names: readonly string[], { batch }: BatchStatus): number {
  const found = names.indexOf(batch);
  return found === -1 ? names.length : found;
}
