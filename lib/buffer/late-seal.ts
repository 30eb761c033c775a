import { lateImport } from '../late-import.ts';

/**
 * Loads sealing and timers. No acknowledgement needs them. So a function starts without them, and loads them while it puts
 * the items of the first window that it opens.
 */
export const lateSeal: () => Promise<typeof import('./seal.ts')> = lateImport(() => import('./seal.ts'));
