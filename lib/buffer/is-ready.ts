import type { Head } from '../store/head.ts';

/** What the caller knows of the batch, apart from the head. */
export interface ReadyRules {
  /**
   * The buffer's `maxSize`, where the caller knows it. A window that was opened with a greater one counts as full at this
   * size.
   */
  readonly maxSize?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * Says whether a head's open window is full or due.
 *
 * @param now by the caller's clock; a wrong one makes a batch early or late, never wrong
 */
export function isReady(
  { open, next, base }: Head,
  now: number,
  { maxSize = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY }: ReadyRules,
): boolean {
  if (open === undefined) return false;
  return next - base >= Math.min(open.cap, maxSize) || open.bytes >= maxBytes || open.deadline <= now;
}
