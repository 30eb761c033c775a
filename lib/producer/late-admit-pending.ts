let loading: Promise<typeof import('./admit-pending.ts')> | undefined;

/** What counts a batch's pending windows, loaded with the first add of a batch with `maxPendingBatches`. */
export function lateAdmitPending(): Promise<typeof import('./admit-pending.ts')> {
  loading ??= import('./admit-pending.ts');
  return loading;
}
