import { lateImport } from '../late-import.ts';

/** Loads `admitPending` with the first add of a batch with `maxPendingBatches`. */
export const lateAdmitPending: () => Promise<typeof import('./admit-pending.ts')> = lateImport(
  () => import('./admit-pending.ts'),
);
