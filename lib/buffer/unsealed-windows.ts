import type { Head } from '../store/head.ts';

/** A window that is not sealed. */
export interface UnsealedWindow {
  readonly window: number;
  /** The number of its slots that are reserved. */
  readonly slots: number;
}

/** Lists the windows of a head that are not sealed: full ones that wait for their sealer, and the one that takes items. */
export function unsealedWindows({ open, window, next, base }: Head): UnsealedWindow[] {
  if (open === undefined) return [];
  const reserved = next - base;
  return Array.from({ length: Math.ceil(reserved / open.cap) }, (_, behind) => ({
    window: window + behind,
    slots: Math.min(open.cap, reserved - behind * open.cap),
  }));
}
