import type { DrainRecord } from '../store/control.ts';
import type { Head } from '../store/head.ts';

/** Until so long after the pause, sealers that have not yet read it may still make jobs. */
const SETTLE_MS = 2_500;
/** How often the ticker looks at a drain, so that the drain also ends if no process waits for it. */
export const LOOK_EVERY_MS = 5_000;
/** How often a process that flushes for a drain says that it is at it. Others take over after `LOOK_EVERY_MS` without that. */
export const SAYS_EVERY_MS = 2_000;
/** Of how many flushes a record keeps the names. */
const NAMES_KEPT = 10;

/** What a flush of a drain has come to. */
export interface DrainFlush {
  /** Names it. No other flush has the name. */
  readonly name: string;
  /** As `beginningOf` the record that it was made for. */
  readonly beginning: number;
  /** The number of jobs that it has made. */
  readonly jobs: number;
  /** Whether it has left no window open that it had to seal. */
  readonly isWhole: boolean;
}

/** When a drain began, or began again. */
export const beginningOf = ({ begunAgainAt, startedAt }: DrainRecord): number => begunAgainAt ?? startedAt;

/** Whether a process has to flush for a drain, since the one that was at it has died, or could not seal all windows. */
export const owesFlush = (drain: DrainRecord, now: number): boolean =>
  !drain.begun && now >= Math.max(beginningOf(drain), drain.flushingAt ?? 0) + LOOK_EVERY_MS;

/** Whether a look is due that may find that each sealed window is a job. */
export const awaitsPublishing = ({ begun, publishedAt, startedAt }: DrainRecord, now: number): boolean =>
  begun === true && publishedAt === undefined && now >= startedAt + SETTLE_MS;

/** Whether the index has had the time to show all jobs of a drain's windows. */
export const isShown = ({ publishedAt }: DrainRecord, now: number, indexLagMs: number): boolean =>
  publishedAt !== undefined && now >= publishedAt + indexLagMs;

/** Whether the index should have shown a buffer when a drain began: its window was opened before. */
export const isMissed = ({ startedAt }: DrainRecord, { open }: Head): boolean =>
  open !== undefined && open.openedAt < startedAt;

/**
 * The record after a flush. The same flush changes it once.
 *
 * @returns the record itself if the flush changes nothing
 */
export function afterFlush(drain: DrainRecord, flush: DrainFlush): DrainRecord {
  const { counted = [] } = drain;
  const jobs = counted.includes(flush.name) ? 0 : flush.jobs;
  // a flush of the first beginning may end after the drain has begun again, and knows nothing of what is sealed then
  const begins = !drain.begun && flush.isWhole && flush.beginning === beginningOf(drain);
  if (jobs === 0) return begins ? { ...drain, begun: true } : drain;
  return {
    // these jobs may have been made after the look that found none missing
    ...unpublished(drain),
    flushed: drain.flushed + jobs,
    counted: [...counted, flush.name].slice(-NAMES_KEPT),
    ...(begins && { begun: true }),
  };
}

/** The record after a look that has found that each sealed window is a job. @param at no earlier than the look's reads */
export const published = (drain: DrainRecord, at: number): DrainRecord => ({ ...drain, publishedAt: at });

/** The record after a look that has found windows that are no jobs yet. The wait for the index begins anew. */
export function unpublished(drain: DrainRecord): DrainRecord {
  const { publishedAt: _, ...others } = drain;
  return others;
}

/** The record of a drain that begins again. */
export function begunAgain(drain: DrainRecord, at: number): DrainRecord {
  const { begun: _, ...others } = unpublished(drain);
  return { ...others, begunAgainAt: at };
}
