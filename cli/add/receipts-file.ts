import { type FileHandle, open } from 'node:fs/promises';
import type { Receipt } from '../api/api-types.ts';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';

/** Appends receipts to a file, a JSON object a line. `cistern verify` reads such a file. */
export class ReceiptsFile {
  readonly #file: FileHandle;
  readonly #batch: string;
  readonly #now: () => number;

  private constructor(file: FileHandle, batch: string, now: () => number) {
    this.#file = file;
    this.#batch = batch;
    this.#now = now;
  }

  /** @throws CommandError `cli.file_unwritable` */
  static async open(path: string, batch: string, now: () => number): Promise<ReceiptsFile> {
    try {
      return new ReceiptsFile(await open(path, 'a'), batch, now);
    } catch (cause) {
      throw new CommandError(
        CLI_CODES.fileUnwritable,
        EXIT.usage,
        `${JSON.stringify(path)} cannot be written: ${messageOf(cause)}.`,
        { cause },
      );
    }
  }

  /** @param told receipts with their items, each item as JSON in one line */
  async write(told: readonly { readonly receipt: Receipt; readonly json: string }[]): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    const lines = told.map(({ receipt: { job, slot, duplicate, decided }, json }) => {
      const facts = JSON.stringify({ batch: this.#batch, job, slot, duplicate, decided, at });
      // the item as it was written: parsing and writing it again could change it
      return `${facts.slice(0, -1)},"item":${json}}\n`;
    });
    if (lines.length > 0) await this.#file.appendFile(lines.join(''));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
