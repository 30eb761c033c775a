import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Database, RootDatabase } from 'lmdb';
import { LocalError } from '../local-error.ts';
import type { Journal } from './journal.ts';
import { loadLmdb } from './load-lmdb.ts';
import { lockDirectory } from './lock-directory.ts';
import { makeDirectory } from './make-directory.ts';

/** The longest key in LMDB, which is shorter than in DynamoDB. Longer keys are hashed. */
const LONGEST_KEY_BYTES = 500;

/** One part of a journal, with the values that it held when it was opened. */
export interface JournalPart extends Journal {
  /** Returns all values, in no order. */
  values(): Iterable<unknown>;
}

/** The journals of a data directory, kept in one LMDB database. */
export interface JournalDirectory {
  readonly records: JournalPart;
  readonly messages: JournalPart;
  /** Resolves when all changes are on disk, and another process may use the directory. */
  close(): Promise<void>;
}

/**
 * Opens the journals of a directory, and makes the directory if it does not exist. Writes at about the same time share one
 * transaction, so that many of them share one sync of the disk.
 *
 * @throws LocalError `local.data_dir_in_use`, `local.data_dir_unusable`; CisternError `package.part_missing`
 */
export async function openJournals(dataDir: string): Promise<JournalDirectory> {
  const { open } = await loadLmdb();
  const unlock = await lockUsable(dataDir);
  try {
    const root = open({ path: dataDir, encoding: 'binary', commitDelay: 0 });
    const records = new LmdbJournal(root, 'records');
    const messages = new LmdbJournal(root, 'messages');
    return {
      records,
      messages,
      async close() {
        await records.written();
        await root.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw unusable(dataDir, error);
  }
}

/** Makes the directory where there is none, and locks it. */
async function lockUsable(dataDir: string): Promise<() => Promise<void>> {
  try {
    makeDirectory(dataDir);
    return await lockDirectory(dataDir);
  } catch (error) {
    throw error instanceof LocalError ? error : unusable(dataDir, error);
  }
}

const unusable = (dataDir: string, cause: unknown): LocalError =>
  new LocalError(
    'local.data_dir_unusable',
    `The data directory ${dataDir} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}. Name a directory that this process may write to, or one that can be made.`,
    { details: { dataDir }, cause },
  );

class LmdbJournal implements JournalPart {
  readonly #root: RootDatabase;
  readonly #part: Database<Buffer, string>;
  #pending: Promise<unknown> | undefined;
  #failure: unknown;

  constructor(root: RootDatabase, name: string) {
    this.#root = root;
    this.#part = root.openDB<Buffer, string>({ name, encoding: 'binary' });
  }

  write(key: string, value: unknown): void {
    const name = nameOf(key);
    const writing: Promise<unknown> =
      value === undefined ? this.#part.remove(name) : this.#part.put(name, serialize(value));
    this.#pending = writing;
    writing.then(
      () => {
        if (this.#pending === writing) this.#pending = undefined;
      },
      error => {
        this.#failure ??= error;
      },
    );
  }

  async written(): Promise<void> {
    await this.#pending?.catch(() => {});
    await this.#root.flushed;
    // after a failed write, memory has changes that a restart does not have: nothing may be built on them
    if (this.#failure !== undefined) throw this.#failure;
  }

  *values(): Generator<unknown> {
    for (const { value } of this.#part.getRange()) yield deserialize(value);
  }
}

const nameOf = (key: string): string =>
  Buffer.byteLength(key) <= LONGEST_KEY_BYTES ? key : createHash('sha256').update(key).digest('hex');
