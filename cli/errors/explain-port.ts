import { codeOf, messageOf } from './error-facts.ts';
import { CLI_CODES, CommandError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Throws a word on what to do where a port is taken, and else the error as it was. */
export function explainPort(error: unknown): never {
  if (codeOf(error) !== 'EADDRINUSE') throw error;
  throw new CommandError(
    CLI_CODES.portTaken,
    EXIT.failed,
    `The port is taken, perhaps by another one of these (${messageOf(error)}); --port names another.`,
    { cause: error },
  );
}
