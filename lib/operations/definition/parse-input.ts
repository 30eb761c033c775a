import * as v from 'valibot';
import * as ERROR_CODES from '../../error-codes.ts';
import { RequestError } from '../../errors.ts';
import { cut } from '../../text/cut.ts';

const QUOTE_LENGTH = 100;

/**
 * Parses input from outside by its schema.
 *
 * @param what the input's name for the message: `body`, `query`, `event`
 * @throws RequestError `request.malformed`, naming the field and what is allowed
 */
export function parseInput<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  what: string,
): v.InferOutput<S> {
  if (Array.isArray(value)) {
    // an object's schema would accept an empty array, which has no fields to refuse
    throw new RequestError(ERROR_CODES.requestMalformed, `The ${what} has to be an object, and is an array.`);
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new RequestError(
    ERROR_CODES.requestMalformed,
    issue.expected === 'never'
      ? `The ${what} has no field ${JSON.stringify(field)}.`
      : `${field === null ? `The ${what}` : `${field} in the ${what}`}: ${issue.message}${given(issue.input)}.`,
    { details: field === null ? {} : { field } },
  );
}

/** Quotes a value that was refused. An object, which may hold items, is not quoted, and nor is one that is not there. */
const given = (input: unknown): string =>
  input === undefined || (typeof input === 'object' && input !== null)
    ? ''
    : `; it was ${cut(JSON.stringify(input), QUOTE_LENGTH)}`;
