import * as v from 'valibot';

/** Returns whether a request may come without a body, since none of its fields is required. */
export const isBodyOptional = (schema: v.GenericSchema): boolean => v.safeParse(schema, {}).success;
