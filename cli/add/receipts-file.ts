import { type FileHandle, open } from 'node:fs/promises';
import type { Receipt } from '../api/api-types.ts';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';

/** A file that what producers were told is appended to, a JSON object a line: what `cistern verify` reads. */
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

  /** @param told receipts with their items, as JSON in a line */
  async write(told: readonly { readonly receipt: Receipt; readonly json: string }[]): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    const lines = told.map(({ receipt: { job, slot, duplicate }, json }) => {
      const facts = JSON.stringify({ batch: this.#batch, job, slot, duplicate, at });
      // as it was written: an item that was parsed and written again may be another
      return `${facts.slice(0, -1)},"item":${json}}\n`;
    });
    if (lines.length > 0) await this.#file.appendFile(lines.join(''));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
