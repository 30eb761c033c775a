import { ApiError, UnreachableError } from '../errors/errors.ts';

/** Whether an error of asking may be gone when it is asked again: nobody answered, or the API failed (5xx). */
export const mayPass = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500);
