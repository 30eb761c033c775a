import type { ErrorCode } from '../errors.ts';

/** Throws an ItemError that says which item of which batch it is about. */
export type Refuse = (code: ErrorCode, message: string, details?: Record<string, unknown>) => never;
