import type { Told } from '../world/bus.ts';
import type { Evidence } from './evidence.ts';
import type { Windows } from './windows.ts';

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
  /** What is in each batch, by its job's id. */
  readonly contents: ReadonlyMap<string, readonly string[]>;
  /** What was told of batches when all was at rest, and is not so. */
  readonly census: readonly string[];
  /** What the event bus has taken. */
  readonly told: readonly Told[];
  /** Whose permits are taken at the end. */
  readonly heldPermits: readonly string[];
}

/** A promise of docs/semantics.md, by its name. */
export interface Promised {
  readonly name: string;
  /** Returns how it was broken, in words. */
  readonly breaches: (given: Case) => string[];
}
