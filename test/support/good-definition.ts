import { type BatchOptions, batch, DefinitionError } from 'cistern';

/** Options that are allowed. */
const good = { name: 'good', maxSize: 10, maxWaitMs: 10_000, handler: () => {} };

/** A definition of allowed options, but for the change. */
export const define = (change: object) => batch({ ...good, ...change } as BatchOptions<unknown>);

/** The error with which such a definition is refused. @throws when it is not */
export function refusal(change: object): DefinitionError {
  try {
    define(change);
  } catch (error) {
    if (error instanceof DefinitionError) return error;
  }
  throw new Error(`${JSON.stringify(change)} was not refused.`);
}
