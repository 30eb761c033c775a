import { lateImport } from '../late-import.ts';

/** What can be asked of a batch, loaded with the first question: a function that only adds never needs it. */
export const lateOperations: () => Promise<typeof import('../batch-operations.ts')> = lateImport(
  () => import('../batch-operations.ts'),
);
