import * as ERROR_CODES from '#lib/error-codes';
import { codeOf, messageOf } from './error-facts.ts';
import { CommandError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Throws a word on how to name the module of definitions where there is none, and else the error as it was. */
export function explainModule(error: unknown): never {
  if (codeOf(error) !== ERROR_CODES.definitionModuleNotFound) throw error;
  throw new CommandError(
    ERROR_CODES.definitionModuleNotFound,
    EXIT.failed,
    `${messageOf(error)} --batches or CISTERN_BATCHES names another module.`,
    { cause: error },
  );
}
