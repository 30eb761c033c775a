import { ApiError, UnreachableError } from '../errors/errors.ts';

/** Returns whether a request may succeed when it is repeated: there was no answer, or the API failed (5xx). */
export const mayPass = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500);
