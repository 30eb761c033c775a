import type { Definition } from '../definition/options.ts';
import type { Head } from '../store/head.ts';
import type { Placement } from './placement.ts';

/**
 * A writer that stalls for longer between its reservation and its first put reserves again. A reader fences the old
 * slots.
 */
const STALE_AFTER_MS = 60_000;

/** The options of a definition that the slot protocol uses. `maxSize` and `maxWaitMs` may be the group's own. */
export type BufferOptions = Pick<
  Definition,
  'maxSize' | 'maxWaitMs' | 'maxBytes' | 'ordered' | 'dedupTtlMs' | 'dedupKeep'
>;

/** Slots that no other writer has. */
export interface Reservation {
  readonly head: Head;
  readonly at: number;
  /** How long its request took, in ms. */
  readonly tookMs: number;
  readonly placements: readonly Placement[];
  /** Whether this reservation opened the window. If so, its writer arms the timer. */
  readonly opened: boolean;
}

/** Says whether the writer has stalled for so long that it has to reserve again before it puts anything. */
export const isStale = (reservation: Reservation, now: number): boolean =>
  now - reservation.at > STALE_AFTER_MS;
