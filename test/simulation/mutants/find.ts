import { play } from '../play.ts';
import type { Mutant } from './mutant.ts';

/** How a mutant was found. */
export interface Found {
  readonly plays: number;
  readonly seed: number;
  readonly promise: string;
}

/** What does not end within this is taken for a breach, if the product as it is does end. */
const LIVENESS_MS = 2_400_000;

/**
 * Plays until a mutant breaks a promise that the product keeps in the same play.
 *
 * @returns undefined where no play has found it
 * @throws Error where it has edited nothing in all these plays: it plants a mistake in a text that no store writes
 */
export async function find(
  { name, mutation, plays = {} }: Mutant,
  most: number,
  first = 1,
): Promise<Found | undefined> {
  const edits = mutation.edits ?? [];
  const before = edits.map(({ changed }) => changed);
  let found: Found | undefined;
  for (let seed = first; seed < first + most && found === undefined; seed++) {
    const { breaches } = await play(seed, { budget: plays, mutation, livenessMs: LIVENESS_MS });
    if (breaches.length === 0) continue;
    const healthy = await play(seed, { budget: plays, livenessMs: LIVENESS_MS });
    const known = new Set(healthy.breaches.map(({ promise }) => promise));
    const breach = breaches.find(({ promise }) => !known.has(promise));
    if (breach) found = { plays: seed - first + 1, seed, promise: breach.promise };
  }
  const idle = edits.find(({ changed }, at) => changed === before[at]);
  if (idle) throw new Error(`“${name}” has edited nothing in ${found?.plays ?? most} plays (${idle.text}).`);
  return found;
}
