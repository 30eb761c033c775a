import { open } from 'node:fs/promises';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { withPauses } from './with-pauses.ts';

/** So long after the last line what is there is sent, and the next one waited for. */
export const PAUSE_MS = 200;

/** What is read, and how many bytes it has where that is known beforehand. */
export interface Source {
  readonly chunks: AsyncIterable<Uint8Array | undefined>;
  readonly size: number | undefined;
}

/** A file, or stdin where none is named. @throws CommandError `cli.file_unreadable` */
export async function openSource(path: string | undefined, { stdin, interrupted }: Io): Promise<Source> {
  if (path === undefined || path === '-') {
    return { chunks: withPauses(stdin.chunks, PAUSE_MS), size: undefined };
  }
  try {
    const file = await open(path);
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new Error('it is a directory');
    }
    return {
      chunks: file.createReadStream({ signal: interrupted }),
      // a pipe has a name too, and no size
      size: stat.isFile() ? stat.size : undefined,
    };
  } catch (cause) {
    throw new CommandError(
      CLI_CODES.fileUnreadable,
      EXIT.usage,
      `${JSON.stringify(path)} cannot be read: ${messageOf(cause)}.`,
      { cause },
    );
  }
}
