import type { Answer } from '../api/contract.ts';

/** Errors of a batch that say the same, but for numbers and ids; the API groups them. */
export type ErrorGroup = Answer<'GET /v1/batches/{batch}/errors'>['errors'][number];

/** What the errors of a group say, as the API takes it to find their jobs and items. */
export const saidBy = ({ name, message }: Pick<ErrorGroup, 'name' | 'message'>): string =>
  `${name}: ${message}`;
