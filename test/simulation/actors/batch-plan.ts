import type { DedupKeep } from 'cistern';
import type { Draws } from '../world/draws.ts';

/** What a batch's handler does, as chances of an attempt. The rest of them succeed. */
export interface Habits {
  /** Usual duration of an attempt, in ms. */
  readonly workMs: number;
  readonly throws: number;
  readonly failsItems: number;
  readonly discards: number;
  readonly overTime: number;
  readonly hangs: number;
  readonly dies: number;
  readonly oddThrows: number;
  /** Of each attempt: that it adds items, to its own batch or another. */
  readonly adds: number;
  /** Of each call of a hook or of onDead: that it adds items. */
  readonly hooksAdd: number;
}

/** A batch's options, as data. */
export interface BatchPlan {
  readonly name: string;
  readonly maxSize: number;
  readonly maxWaitMs: number;
  /** How many groups its items have; 0: it has no `groupBy`. */
  readonly groups: number;
  /** How many dedup keys its items have; 0: it has no `deduplicateBy`. */
  readonly keys: number;
  readonly dedupTtlMs: number | undefined;
  /** Which item of a key stays, where duplicates are decided at the flush. */
  readonly dedupKeep: DedupKeep | undefined;
  readonly shards: number;
  readonly persist: boolean;
  readonly maxBytes: number | undefined;
  /** The size of its items' contents; undefined: they are small. */
  readonly itemBytes: number | undefined;
  readonly retries: {
    readonly max: number;
    readonly strategy: 'fixed' | 'exponential';
    readonly baseDelay: number;
    readonly jitter: boolean;
  };
  readonly dead: 'failed' | 'dead' | 'onDead';
  readonly timeout: number | undefined;
  readonly lockTtlMs: number;
  readonly hooks: boolean;
  readonly filters: boolean;
  readonly concurrency: number | undefined;
  readonly throttle: { readonly max: number; readonly duration: number } | undefined;
  readonly maxPendingBatches: number | undefined;
  readonly quietMs: number | undefined;
  readonly lingerMs: number | undefined;
  readonly urgent: boolean;
  readonly limits: boolean;
  readonly ordered: boolean;
  readonly events: boolean;
  /** The pool that runs it; undefined where its consumer is its own. */
  readonly pool: string | undefined;
  readonly habits: Habits;
}

/** Options that a smaller play may do without, and what they are then. */
export const LEAVE_OUT: Readonly<Record<string, Partial<BatchPlan>>> = {
  groups: { groups: 0, limits: false },
  dedup: { keys: 0, dedupTtlMs: undefined, dedupKeep: undefined },
  dedupAtFlush: { dedupKeep: undefined },
  ttl: { dedupTtlMs: undefined },
  shards: { shards: 1 },
  memory: { persist: true },
  maxBytes: { maxBytes: undefined },
  large: { itemBytes: undefined },
  timeout: { timeout: undefined },
  hooks: { hooks: false, filters: false },
  concurrency: { concurrency: undefined },
  throttle: { throttle: undefined },
  maxPending: { maxPendingBatches: undefined },
  quiet: { quietMs: undefined },
  linger: { lingerMs: undefined },
  urgent: { urgent: false },
  limits: { limits: false },
  ordered: { ordered: false },
  events: { events: false },
  pool: { pool: undefined },
};
export const HABITS = [
  'throws',
  'failsItems',
  'discards',
  'overTime',
  'hangs',
  'dies',
  'oddThrows',
  'adds',
  'hooksAdd',
] as const;

/** The options without those that contradict others: `define` would refuse them together. */
export function coherent(plan: BatchPlan): BatchPlan {
  const { persist, groups, quietMs, maxWaitMs, ordered } = plan;
  return {
    ...plan,
    limits: plan.limits && groups > 0,
    ...(plan.itemBytes !== undefined && plan.maxBytes !== undefined && { maxBytes: 3 * plan.itemBytes }),
    quietMs: quietMs !== undefined && quietMs < maxWaitMs ? quietMs : undefined,
    // what beforeFlush leaves out of a batch that was never stored, nobody can tell from what was lost
    filters: plan.filters && persist,
    ...((plan.dedupKeep || plan.keys === 0) && { dedupTtlMs: undefined }),
    ...(ordered && { shards: 1 }),
    ...(!persist && {
      shards: 1,
      ordered: false,
      throttle: undefined,
      maxPendingBatches: undefined,
      dedupTtlMs: undefined,
    }),
  };
}

/** The largest batch that a plan allows. */
export const largestBatch = ({ maxSize, limits }: BatchPlan): number =>
  limits ? Math.max(2, maxSize) : maxSize;

/** Decides a batch's options. */
export function batchPlan(draws: Draws, name: string, calm: boolean): BatchPlan {
  const some = <T>(chance: number, make: () => T): T | undefined =>
    draws.chance(chance) ? make() : undefined;
  const keys = draws.chance(0.35) ? draws.int(2, 8) : 0;
  const groups = draws.pick([0, 0, 0, 1, 2, 4, 12]);
  const ordered = draws.chance(0.2);
  const persist = draws.chance(0.93);
  return {
    name,
    maxSize: draws.pick([1, 2, 3, 4, 5, 8, 20]),
    maxWaitMs: draws.pick([50, 200, 1_000, 3_000, 10_000, 30_000]),
    groups,
    keys,
    dedupTtlMs: keys > 0 ? some(0.4, () => draws.pick([1_000, 5_000, 30_000])) : undefined,
    dedupKeep:
      keys > 0 && draws.of('keep').chance(0.4) ? draws.of('kept').pick(['first', 'last']) : undefined,
    shards: ordered ? 1 : draws.pick([1, 1, 1, 2, 3]),
    persist,
    maxBytes: some(0.1, () => draws.pick([150, 400])),
    itemBytes: draws.of('large').chance(0.04) ? draws.of('size').pick([20_000, 150_000]) : undefined,
    retries: {
      max: draws.pick([0, 1, 1, 2, 3]),
      strategy: draws.pick(['fixed', 'exponential']),
      baseDelay: draws.pick([0, 100, 1_000, 5_000]),
      jitter: draws.chance(0.3),
    },
    dead: draws.pick(['failed', 'dead', 'onDead']),
    timeout: some(0.3, () => draws.pick([2_000, 5_000])),
    lockTtlMs: draws.pick([5_000, 10_000, 30_000]),
    hooks: draws.chance(0.25),
    filters: draws.chance(0.1),
    concurrency: some(0.4, () => draws.pick([1, 1, 2, 3])),
    throttle: some(0.35, () =>
      draws.pick([
        { max: 1, duration: 1_000 },
        { max: 2, duration: 5_000 },
        { max: 1, duration: 20_000 },
        { max: 5, duration: 10_000 },
      ]),
    ),
    maxPendingBatches: some(0.06, () => draws.int(1, 4)),
    quietMs: some(0.15, () => draws.pick([100, 1_000])),
    lingerMs: draws.of('linger').chance(0.2) ? draws.of('lingers').pick([5, 50, 1_000]) : undefined,
    urgent: draws.chance(0.15),
    limits: groups > 0 && draws.chance(0.15),
    ordered,
    events: draws.of('events').chance(0.4),
    pool: undefined,
    habits: habitsOf(draws, calm),
  };
}

function habitsOf(draws: Draws, calm: boolean): Habits {
  const sometimes = (chance: number) => (draws.chance(0.4) ? chance : 0);
  return {
    workMs: draws.pick([5, 50, 500, 3_000]),
    throws: sometimes(0.25),
    failsItems: sometimes(0.4),
    discards: sometimes(0.05),
    overTime: sometimes(0.1),
    hangs: calm ? 0 : sometimes(0.03),
    dies: calm ? 0 : sometimes(0.1),
    oddThrows: sometimes(0.1),
    adds: draws.of('adds').pick([0, 0, 0.3]),
    hooksAdd: draws.of('hooks add').pick([0, 0, 0.4]),
  };
}

export const withoutHabits = (habits: Habits, without: readonly string[]): Habits => ({
  ...habits,
  ...Object.fromEntries(HABITS.filter(name => without.includes(name)).map(name => [name, 0])),
});
