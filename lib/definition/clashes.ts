import type { BatchOptions, Definition } from './options.ts';

/** Two options that cannot be combined. */
export interface Clash {
  readonly option: keyof BatchOptions<unknown>;
  readonly message: string;
}

/** Options that need every item in the deployment's table. With `persist: false` each process has its own buffers. */
const WANTS_PERSIST = ['throttle', 'maxPendingBatches', 'ordered', 'dedupTtlMs'] as const;

/** Finds the first two options of a definition that contradict each other. Each is allowed by itself. */
export function findClash<T, R, I>(definition: Definition<T, R, I>): Clash | undefined {
  const { persist, shards, ordered, groupBy, limits, heartbeatMs, lockTtlMs, quietMs, maxWaitMs } =
    definition;
  if (!persist && shards > 1) {
    return {
      option: 'shards',
      message: `shards was ${shards}, but persist: false stores nothing that has shards; leave shards out.`,
    };
  }
  const durable = persist ? undefined : WANTS_PERSIST.find(option => definition[option]);
  if (durable) {
    const option = durable === 'dedupTtlMs' ? 'deduplicateBy' : durable;
    const what = durable === 'dedupTtlMs' ? 'deduplicateBy with ttlMs' : durable;
    return {
      option,
      message: `${what} needs items in the table, and persist: false stores none there; leave one of the two out.`,
    };
  }
  if (ordered && shards > 1) {
    return {
      option: 'ordered',
      message: `ordered wants one buffer per group, but shards was ${shards}; leave one of the two out.`,
    };
  }
  if (limits && !groupBy) {
    return {
      option: 'limits',
      message: 'limits are by group, but there is no groupBy; add it, or leave limits out.',
    };
  }
  if (heartbeatMs * 2 > lockTtlMs) {
    return {
      option: 'heartbeatMs',
      message: `heartbeatMs was ${heartbeatMs}, but may be at most half of lockTtlMs, which is ${lockTtlMs}; otherwise one late heartbeat loses the lock.`,
    };
  }
  if (quietMs !== undefined && quietMs >= maxWaitMs && !limits) {
    return {
      option: 'quietMs',
      message: `quietMs was ${quietMs}, but a batch flushes after maxWaitMs, ${maxWaitMs}, anyway; make it less, or leave it out.`,
    };
  }
  return undefined;
}
