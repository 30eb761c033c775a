/** An item that was read: its JSON as it was written. */
export interface Item {
  /** Its line, from 1. */
  readonly line: number;
  readonly json: string;
  readonly bytes: number;
}

/** A line that cannot be added, with the reason. */
export interface Refusal {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}
