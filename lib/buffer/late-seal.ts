import { lateImport } from '../late-import.ts';

/**
 * Sealing, and the arming of timers, as an add owes them. Nobody waits for them, so that they are loaded with the first
 * window that is opened, beside the put of its items: a function starts without them.
 */
export const lateSeal: () => Promise<typeof import('./seal.ts')> = lateImport(() => import('./seal.ts'));
