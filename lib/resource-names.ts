import { createHash } from 'node:crypto';

/** A Lambda function's name has at most 64 characters, of which a deployment may take 24 and `-on-` 4. */
const FUNCTION_TOKEN_LENGTH = 36;

/** A definition's name, and the name of the pool that it shares a consumer with, if it does. */
interface NamedDefinition {
  readonly name: string;
  readonly pool?: string | undefined;
}

export const tableName = (deployment: string): string => deployment;
export const timerQueueName = (deployment: string): string => `${deployment}-timer`;
export const deadQueueName = (deployment: string): string => `${deployment}-dead`;
/** Returns the name of the queue of a definition's jobs: its own, or its pool's. */
export const jobQueueName = (deployment: string, { name, pool }: NamedDefinition): string =>
  pool === undefined ? `${deployment}-jobs-${nameToken(name)}` : poolName(deployment, pool);

/** Returns the name of the function that runs a definition's jobs: its own, or its pool's. */
export const consumerFunctionName = (deployment: string, { name, pool }: NamedDefinition): string =>
  pool === undefined
    ? `${deployment}-on-${shorten(nameToken(name), FUNCTION_TOKEN_LENGTH)}`
    : poolName(deployment, pool);

/** Returns the name that a pool's job queue and its consumer function share. */
const poolName = (deployment: string, pool: string): string => `${deployment}-pool-${pool}`;

/**
 * Writes a batch's name with the characters that queues and functions both allow (letters, digits, `-`, `_`). A name with
 * `.` or `:` also gets a hash, so that `a.b`, `a:b` and `a-b` get different names.
 */
export function nameToken(batch: string): string {
  return /^[\w-]+$/.test(batch) ? batch : withHash(batch.replaceAll(/[^\w-]/g, '-'), batch, 47);
}

/** Cuts a token that is too long, and adds its hash, so that cut tokens stay different. */
const shorten = (token: string, length: number): string =>
  token.length <= length ? token : withHash(token, token, length);

const withHash = (readable: string, whole: string, length: number): string =>
  `${readable.slice(0, length - 9)}-${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
