import * as v from 'valibot';
import * as ERROR_CODES from '../../error-codes.ts';
import { RequestError } from '../../errors.ts';

/**
 * What comes from outside, as its schema has it.
 *
 * @param what it is, for the message: `body`, `query`, `event`
 * @throws RequestError `request.malformed`, naming the field and what it has to be
 */
export function parseInput<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  what: string,
): v.InferOutput<S> {
  if (Array.isArray(value)) {
    // an array without elements has no fields that an object's schema could refuse
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
      : `${field === null ? `The ${what}` : `${field} in the ${what}`}: ${issue.message}.`,
    { details: field === null ? {} : { field } },
  );
}
