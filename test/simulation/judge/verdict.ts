import type { Stage } from '../world/stage.ts';
import type { Evidence } from './evidence.ts';
import { PROMISES } from './promises/index.ts';
import { type Windows, windowsOf } from './windows.ts';

/** A promise that was broken, and how. */
export interface Breach {
  readonly promise: string;
  readonly text: string;
}

/** What a promise is judged by. */
export interface Case {
  readonly evidence: Evidence;
  readonly windows: Windows;
  /** What had not come to its end when it had to. */
  readonly left: readonly string[];
  /** Whose permits are taken at the end. */
  readonly heldPermits: readonly string[];
}

/** A promise of docs/semantics.md, by its name. */
export interface Promised {
  readonly name: string;
  /** Returns how it was broken, in words. */
  readonly breaches: (given: Case) => string[];
}

/** Holds what was seen against everything that is promised. */
export async function verdict(evidence: Evidence, stage: Stage, left: readonly string[]): Promise<Breach[]> {
  const windows = await windowsOf(stage);
  const given = { evidence, windows, left, heldPermits: stage.storage.heldPermits() };
  return PROMISES.flatMap(({ name, breaches }) => breaches(given).map(text => ({ promise: name, text })));
}
