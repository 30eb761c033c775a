import type { Control } from '../store/control.ts';

/** What an operator has asked of a batch. */
export interface ControlState {
  readonly batch: string;
  /** Whether no window is flushed and no job begins. */
  readonly paused: boolean;
  /** Whether adds are refused too. */
  readonly ingestionPaused: boolean;
  /** Whether a drain is under way: jobs run, and only items that were buffered at its begin are flushed. */
  readonly draining: boolean;
  readonly since?: Date;
}

export const toControlState = (
  batch: string,
  { paused, ingestionPaused, since, drain }: Control,
): ControlState => ({
  batch,
  paused,
  ingestionPaused,
  draining: drain?.state === 'draining',
  ...(since !== undefined && { since: new Date(since) }),
});
