import { codeOf, messageOf } from './error-facts.ts';
import { CLI_CODES, CommandError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Throws an error that says what to do if a port is in use. Other errors it throws unchanged. */
export function explainPort(error: unknown): never {
  if (codeOf(error) !== 'EADDRINUSE') throw error;
  throw new CommandError(
    CLI_CODES.portTaken,
    EXIT.failed,
    `Another process uses the port, perhaps another \`cistern start\` (${messageOf(error)}). End that process, or use another port: --port 0 takes a free one.`,
    { cause: error },
  );
}
