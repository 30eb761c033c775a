import { play } from './play.ts';

/** A few seeds of which the histories are compared between processes: short ones, and one of months. */
export const COMPARED: readonly number[] = [1, 2, 3, 8, 13];

/** Names the histories of seeds, a line each. */
export async function digestsOf(seeds: readonly number[]): Promise<string> {
  const lines: string[] = [];
  for (const seed of seeds) lines.push(`${seed}: ${(await play(seed)).digest}\n`);
  return lines.join('');
}
