import { LocalError } from '../local-error.ts';

/**
 * Loads LMDB, which only a data directory needs.
 *
 * @throws LocalError `local.lmdb_missing` where it is not installed
 */
export async function loadLmdb(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb');
  } catch (error) {
    throw new LocalError(
      'local.lmdb_missing',
      'A data directory needs the package lmdb, which is not installed or does not run here. Install it with: npm install --save-dev lmdb',
      { cause: error },
    );
  }
}
