import { type Batch, batch, type EndedJob } from 'cistern';
import { DYING } from '../dying.ts';
import type { Item } from '../item.ts';

/** The definitions that all versions have as they are. */

const witness = () => import('./handlers/witness.ts');
const flightOf = ({ date, origin, destination }: Item): string => `${date} ${origin} ${destination}`;

/** Over HTTP: in groups, by size and by time, the same flight twice counts once. */
export const departures = batch<Item>({
  name: 'departures',
  maxSize: 100,
  maxWaitMs: 3_000,
  groupBy: ({ origin }) => origin,
  deduplicateBy: flightOf,
  handler: witness,
});

/** By invocation, in a name that neither queues nor functions can have. */
export const arrivals = batch<Item>({
  name: 'all.arrivals',
  maxSize: 250,
  maxWaitMs: 5_000,
  handler: witness,
});

/** What dies is taken down too. */
const deadLetter = {
  enabled: true,
  onDead: async (job: EndedJob<Item>, error: Error) =>
    (await import('./handlers/witness.ts')).onDead(job, error),
};

/** Added to by a function of the test's own. */
export const produced = batch<Item>({ name: 'produced', maxSize: 20, maxWaitMs: 2_000, handler: witness });

/** Fails in every attempt, and ends as dead. */
export const failing = batch<Item>({
  name: 'failing',
  maxSize: 3,
  maxWaitMs: 60_000,
  retries: { max: 2, baseDelay: 500 },
  deadLetter,
  handler: () => import('./handlers/fail.ts'),
});

/** Loses its process in the first attempt. */
export const crashing = batch<Item>({
  name: 'crashing',
  maxSize: 3,
  maxWaitMs: 60_000,
  retries: { max: 1 },
  handler: () => import('./handlers/crash-once.ts'),
});

/** Loses its process in its only attempt, and is redriven by SQS. */
export const dying = batch<Item>({
  name: DYING.batch,
  maxSize: 3,
  maxWaitMs: 60_000,
  lockTtlMs: 5_000,
  deadLetter,
  handler: () => import('./handlers/crash.ts'),
});

/** Paused, resumed, flushed and drained. */
export const operated = batch<Item>({ name: 'operated', maxSize: 10, maxWaitMs: 600_000, handler: witness });

/** Its timers get lost: only the ticker, which the schedule wakes, can flush it. */
export const unnoticed = batch<Item>({ name: 'unnoticed', maxSize: 100, maxWaitMs: 1_000, handler: witness });

/** Share a consumer function and a queue, with `mover` while it has joined them. */
const pooled = (name: string): Batch<Item> =>
  batch<Item>({ name, pool: 'small', maxSize: 20, maxWaitMs: 2_000, handler: witness });
export const pooledOne = pooled('pooled.one');
export const pooledTwo = pooled('pooled.two');
