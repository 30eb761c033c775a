import { lateImport } from '../late-import.ts';

const lateTable = lateImport(() => import('../store/connect-table.ts'));

/**
 * Begins to load what connects to DynamoDB, so that the first add need not wait for it. Where that fails, the first add
 * tries again and says why.
 */
export const loadTable = (): void => void lateTable().catch(() => {});
