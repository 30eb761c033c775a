import { lateImport } from '../late-import.ts';

/** What changes a batch's control, loaded with the first change: an add only reads it. */
export const lateChangeControl: () => Promise<typeof import('./change-control.ts')> = lateImport(
  () => import('./change-control.ts'),
);
