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

/** Plays until a mutant breaks a promise that the product keeps in the same play. */
export async function find(
  { mutation, plays = {} }: Mutant,
  most: number,
  first = 1,
): Promise<Found | undefined> {
  for (let seed = first; seed < first + most; seed++) {
    const { breaches } = await play(seed, { budget: plays, mutation, livenessMs: LIVENESS_MS });
    if (breaches.length === 0) continue;
    const healthy = await play(seed, { budget: plays, livenessMs: LIVENESS_MS });
    const known = new Set(healthy.breaches.map(({ promise }) => promise));
    const breach = breaches.find(({ promise }) => !known.has(promise));
    if (breach) return { plays: seed - first + 1, seed, promise: breach.promise };
  }
  return undefined;
}
