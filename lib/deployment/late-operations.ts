import { lateImport } from '../late-import.ts';

/** Loads a batch's operations with the first call. A function that only adds does not need them. */
export const lateOperations: () => Promise<typeof import('../batch-operations.ts')> = lateImport(
  () => import('../batch-operations.ts'),
);
