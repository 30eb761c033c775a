import type { Control, DrainRecord } from './control.ts';
import type { PlainRecord } from './expressions.ts';

/** A stored control record; a batch without one is not paused and not drained. */
export const toControl = (record: PlainRecord): Control => ({
  paused: record['paused'] === true,
  ingestionPaused: record['ingestionPaused'] === true,
  since: record['since'] as number | undefined,
  drain: record['drain'] as DrainRecord | undefined,
});
