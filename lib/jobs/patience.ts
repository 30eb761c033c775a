import { LOCK_TTL_MS } from '../topology.ts';

/**
 * A job that is not finished and was not heard of for so long is looked at by the ticker: a lock's life, within
 * which a living run renews it, and a margin for the queue.
 */
export const JOB_PATIENCE_MS = LOCK_TTL_MS + 30_000;
