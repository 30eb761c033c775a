import type { Receipt } from '../api/api-types.ts';
import type { Problem } from '../errors/errors.ts';

/** The items of a bulk that are stored and that are not, by their places in it. */
export interface Partial {
  readonly stored: readonly { readonly index: number; readonly receipt: Receipt }[];
  readonly notStored: readonly number[];
  readonly unknown: readonly number[];
}

/** Reads which items of a bulk are stored from `batch.add_incomplete`; undefined if it does not cover all items. */
export function partialOf(problem: Problem, size: number): Partial | undefined {
  if (problem.code !== 'batch.add_incomplete') return undefined;
  const { stored, notStored, unknown } = problem as Problem & { [K in keyof Partial]?: Partial[K] };
  if (!Array.isArray(stored) || !Array.isArray(notStored) || !Array.isArray(unknown)) return undefined;
  const told = new Set([...stored.map(({ index }) => index), ...notStored, ...unknown]);
  const isWhole = told.size === size && [...told].every(at => Number.isInteger(at) && at >= 0 && at < size);
  return isWhole ? { stored, notStored, unknown } : undefined;
}
