import { CommanderError } from 'commander';
import { CisternError } from '#lib/errors';
import type { Io } from '../io.ts';
import { viewOf } from '../output/view.ts';
import { toJsonLine, visible } from '../output/visible.ts';
import { messageOf } from './error-facts.ts';
import { CLI_CODES, CliError, CommandError, UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Writes to stderr why a command ended, as a sentence with its code or as a JSON problem. @returns the exit code */
export async function reportError(
  error: unknown,
  io: Io,
  { isJson }: { isJson: boolean },
): Promise<ExitCode> {
  // Commander ends the parsing for help and version with an error
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  // `cistern` alone: its help has been written
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const { problem, exitCode } = toCliError(error);
  if (isJson) {
    await io.stderr.write(`${toJsonLine(problem)}\n`);
    return exitCode;
  }
  const { style } = viewOf(io.stderr, io);
  const { code, detail } = problem;
  await io.stderr.write(
    `${style('red', 'error')} ${style('dim', `[${visible(code)}]`)} ${visible(detail)}\n`,
  );
  return exitCode;
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) {
    return new UsageError(`${sentence(error.message)} --help shows what is possible.`);
  }
  if (error instanceof CisternError) {
    return new LibraryError(error);
  }
  if (isLocal(error)) return new LibraryError(error);
  return new CommandError(CLI_CODES.internal, EXIT.failed, messageOf(error), { cause: error });
}

/** An error of the local stack, which is loaded by `start` alone. */
interface LocalFailure extends Error {
  readonly code: `local.${string}`;
  readonly details: Readonly<Record<string, unknown>>;
}

const isLocal = (error: unknown): error is LocalFailure =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('local.') && 'details' in error;

/** An error of the library or of the local stack, with its own code. */
class LibraryError extends CliError {
  override readonly name = 'LibraryError';
  readonly exitCode = EXIT.failed;
  readonly problem;

  constructor(error: Pick<CisternError, 'code' | 'details' | 'message'> | LocalFailure) {
    super(error.message, { cause: error });
    const { code, message: detail, details } = error;
    this.problem = { ...details, type: 'about:blank', title: 'Failed', code, detail };
  }
}

/** Makes a sentence of Commander's message: `error: unknown option '--grup'\n(Did you mean --group?)`. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/([^.?!)])$/, '$1.');
}
