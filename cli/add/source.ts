import { open } from 'node:fs/promises';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { withPauses } from './with-pauses.ts';

/** How long to wait for the next line before the lines so far are sent. */
export const PAUSE_MS = 200;

/** The input, with its size in bytes if that is known. */
export interface Source {
  readonly chunks: AsyncIterable<Uint8Array | undefined>;
  readonly size: number | undefined;
}

/** Opens a file, or stdin if none is named. @throws CommandError `cli.file_unreadable` */
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
      // a named pipe has no size
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
