import { type Batch, batch } from 'cistern';
import type { Item } from '../item.ts';

/** The definitions that a version changes, or has not. */

const HOUR_MS = 3_600_000;
/** A deployment may end the process of a function that runs: on an emulator, since AWS lets it come to its end. */
const retries = { max: 3 };
const witness = () => import('./handlers/witness.ts');

/** Holds items over a deployment; only its size flushes it. */
export const held = (maxSize: number): Batch<Item> =>
  batch<Item>({ name: 'held', maxSize, maxWaitMs: HOUR_MS, retries, handler: witness });

/** Takes items while deployments go on. */
export const stream = (maxSize: number): Batch<Item> =>
  batch<Item>({ name: 'stream', maxSize, maxWaitMs: 2_000, retries, handler: witness });

/** Is removed with items buffered, and comes back. */
export const retired = (): Batch<Item> =>
  batch<Item>({ name: 'retired', maxSize: 10, maxWaitMs: HOUR_MS, retries, handler: witness });

/** Is removed with items buffered that fall due while it is gone, and comes back. */
export const overdue = (): Batch<Item> =>
  batch<Item>({ name: 'overdue', maxSize: 10, maxWaitMs: 20_000, retries, handler: witness });

/** Is added to a deployment that runs. */
export const newcomer = (): Batch<Item> =>
  batch<Item>({ name: 'newcomer', maxSize: 10, maxWaitMs: 1_000, retries, handler: witness });

/** Joins a pool with items buffered, and leaves it so; only its size flushes it. */
export const mover = (pool?: string): Batch<Item> =>
  batch<Item>({
    name: 'mover',
    maxSize: 10,
    maxWaitMs: HOUR_MS,
    retries,
    handler: witness,
    ...(pool && { pool }),
  });
