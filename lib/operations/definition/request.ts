import * as v from 'valibot';

/** Whether a request may come without a body: none of its fields is required. */
export const isBodyOptional = (schema: v.GenericSchema): boolean => v.safeParse(schema, {}).success;
