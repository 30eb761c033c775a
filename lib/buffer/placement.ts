import type { Head } from '../store/head.ts';

/** Consecutive slots of one window. */
export interface Placement {
  readonly window: number;
  readonly slot: number;
  readonly count: number;
}

/**
 * Computes the slots that a reservation of `n` has got, from its answer alone: the last `n` before `next`. A slot at or
 * beyond `cap` belongs to a later window (invariant 2), so that one reservation may get slots of several windows.
 *
 * @param head the head as the reservation left it, with a window open
 */
export function placementsOf(head: Head, n: number): Placement[] {
  const cap = capOf(head);
  const end = head.next - head.base;
  const placements: Placement[] = [];
  for (let at = end - n; at < end; ) {
    const slot = at % cap;
    const count = Math.min(cap - slot, end - at);
    placements.push({ window: head.window + Math.floor(at / cap), slot, count });
    at += count;
  }
  return placements;
}

/** Slots that make a window full, as a writer knows `maxSize`. */
export const sizeOf = (head: Head, maxSize: number): number => Math.min(capOf(head), maxSize);

/**
 * Says whether one of the reservation's slots makes its window full.
 *
 * @param maxSize as the writer knows it. A window that was opened with a greater one counts as full at this size
 */
export function fillsWindow(head: Head, placements: readonly Placement[], maxSize: number): boolean {
  const size = sizeOf(head, maxSize);
  return placements.some(({ slot, count }) => slot < size && slot + count >= size);
}

/** Computes the window in which the next reservation begins; undefined when that reservation would open a window. */
export function windowOfNextSlot(head: Head): number | undefined {
  return head.open && head.window + Math.floor((head.next - head.base) / head.open.cap);
}

function capOf(head: Head): number {
  if (head.open === undefined) throw new TypeError('A reservation always leaves a window open.');
  return head.open.cap;
}
