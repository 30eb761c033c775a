/** What operators do to a batch, as the log of actions names it. */
export const ACTIONS = ['flush', 'pause', 'resume', 'drain', 'redrive', 'purge'] as const;
export type Action = (typeof ACTIONS)[number];

/** Something that an operator has done. */
export interface ActionRecord {
  /** When it was done, in ms since the epoch. */
  readonly at: number;
  readonly action: Action;
  readonly batch: string;
  /** Absent where it was not about one job. */
  readonly job?: string;
  /** The operator's identity, as the API's authorizer has it. Absent where nobody was identified. */
  readonly by?: string;
  /** Where the request came from: an address, or `invocation`. */
  readonly from?: string;
  /** What was asked besides, as JSON. */
  readonly asked?: string;
  /** What came of it, as JSON. */
  readonly result?: string;
}

/** An entry of the log. `place` is unique in its batch, and later entries have smaller ones. */
export interface ActionEntry extends ActionRecord {
  readonly place: string;
}

/** The log of what operators do. Nothing depends on it. */
export interface ActionStore {
  /** @param id a fresh random name, unlike any other of the same ms */
  note(action: ActionRecord, id: string): Promise<void>;
  /** Up to `limit` entries of a batch, the latest first, from those that stand behind `after`. */
  list(batch: string, limit: number, after?: string): Promise<ActionEntry[]>;
}
