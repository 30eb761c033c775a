import { MAX_RECEIVE_COUNT } from '../topology.ts';

/** Attempts that a job has, the first included; what SQS's redrive counts too. */
export const MAX_ATTEMPTS = MAX_RECEIVE_COUNT;

const BASE_DELAY_MS = 1_000;
/** SQS keeps a message invisible for at most 12 hours in all. */
const LONGEST_DELAY_MS = 3_600_000;

/** How long after the failure of attempt `attempt` (1, 2, …) the next one begins: 1 s, 2 s, 4 s … */
export const retryDelayMs = (attempt: number): number =>
  Math.min(BASE_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
