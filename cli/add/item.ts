/** An item that was read: JSON, as it stood there. */
export interface Item {
  /** The line it stood in, from 1. */
  readonly line: number;
  readonly json: string;
  readonly bytes: number;
}

/** A line that cannot be added, and why. */
export interface Refusal {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}
