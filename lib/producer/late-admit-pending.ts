import { lateImport } from '../late-import.ts';

/** What counts a batch's pending windows, loaded with the first add of a batch with `maxPendingBatches`. */
export const lateAdmitPending: () => Promise<typeof import('./admit-pending.ts')> = lateImport(
  () => import('./admit-pending.ts'),
);
