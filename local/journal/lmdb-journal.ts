import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { Database, RootDatabase } from 'lmdb';
import type { Journal } from './journal.ts';
import { loadLmdb } from './load-lmdb.ts';
import { lockDirectory } from './lock-directory.ts';

/** LMDB's keys are shorter than DynamoDB's: longer ones are hashed. */
const LONGEST_KEY_BYTES = 500;

/** One part of the journal, and what it held when it was opened. */
export interface JournalPart extends Journal {
  /** All values that are there, in no order. */
  values(): Iterable<unknown>;
}

/** The journals of a data directory, kept in one LMDB database. */
export interface JournalDirectory {
  readonly records: JournalPart;
  readonly messages: JournalPart;
  /** Resolves when all is on disk, and another process may use the directory. */
  close(): Promise<void>;
}

/**
 * Opens the journals of a directory, and makes it if need be. Writes that come at about the same time share one
 * transaction, so that a disk that takes long to sync takes many of them at once.
 *
 * @throws LocalError `local.data_dir_in_use`; CisternError `package.part_missing`; what keeps the directory from being used
 */
export async function openJournals(dataDir: string): Promise<JournalDirectory> {
  const { open } = await loadLmdb();
  mkdirSync(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir);
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
    throw error;
  }
}

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
    // memory is ahead of the disk for good: what follows would rest on what a restart does not know
    if (this.#failure !== undefined) throw this.#failure;
  }

  *values(): Generator<unknown> {
    for (const { value } of this.#part.getRange()) yield deserialize(value);
  }
}

const nameOf = (key: string): string =>
  Buffer.byteLength(key) <= LONGEST_KEY_BYTES ? key : createHash('sha256').update(key).digest('hex');
