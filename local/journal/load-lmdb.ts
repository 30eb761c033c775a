import { orMissing } from '#lib/parts';

/**
 * Loads LMDB. Only a data directory needs it.
 *
 * @throws CisternError `package.part_missing` where it is not installed
 */
export const loadLmdb = (): Promise<typeof import('lmdb')> => import('lmdb').catch(orMissing('dataDir'));
