import { lateImport } from '../late-import.ts';

/**
 * Loads what a writer owes its buffer after a reservation, with sealing and timers. No acknowledgement needs them. So a
 * function starts without them, and loads them while it puts the items of the first window that it opens.
 */
export const lateSealReserved: () => Promise<typeof import('./seal-reserved.ts')> = lateImport(
  () => import('./seal-reserved.ts'),
);
