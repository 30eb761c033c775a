import { lateImport } from '../late-import.ts';

const lateTable = lateImport(() => import('../store/connect-table.ts'));

/**
 * Begins to load the connection to DynamoDB, so that the first add does not wait for it. If that fails, the first add tries
 * again, and throws the error.
 */
export const loadTable = (): void => void lateTable().catch(() => {});
