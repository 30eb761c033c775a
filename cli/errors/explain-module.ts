import * as ERROR_CODES from '#lib/error-codes';
import { codeOf, messageOf } from './error-facts.ts';
import { CommandError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Throws an error that says what to do if there is no module of definitions. Other errors it throws unchanged. */
export function explainModule(error: unknown): never {
  if (codeOf(error) !== ERROR_CODES.definitionModuleNotFound) throw error;
  throw new CommandError(
    ERROR_CODES.definitionModuleNotFound,
    EXIT.usage,
    `${messageOf(error)} Name your module with --batches or CISTERN_BATCHES, or let \`cistern init\` write a first one.`,
    { cause: error },
  );
}
