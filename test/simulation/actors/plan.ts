import { Draws } from '../world/draws.ts';
import { CALL_FAULTS, CALM, SPELLS, type Weather } from '../world/weather.ts';

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
  readonly shards: number;
  readonly persist: boolean;
  readonly maxBytes: number | undefined;
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
  readonly urgent: boolean;
  readonly limits: boolean;
  readonly ordered: boolean;
  readonly habits: Habits;
}

/** A deployment that changes a batch: other options, or no definition at all. */
export interface Change {
  readonly atMs: number;
  readonly batch: string;
  readonly to: Partial<BatchPlan> | 'removed';
}

/** How much time passes in a play, and how often things are done in it. */
export interface Pace {
  readonly activeMs: readonly number[];
  readonly tickEveryMs: readonly number[];
  /** How many of the faults that there are in minutes. */
  readonly faults: number;
  readonly ttlEveryMs: number;
  /** How often the judge looks for what would be lost, and whether all has ended. */
  readonly watchEveryMs: number;
  readonly lookEveryMs: number;
  /** How long after the faults have stopped everything has to have come to its end. */
  readonly livenessMs: number;
  /** How long a batch is held back. */
  readonly resumeAfterMs: readonly number[];
}

const [SECOND_MS, HOUR_MS, DAY_MS] = [1_000, 3_600_000, 86_400_000];

export const PACES = {
  minutes: {
    activeMs: [10_000, 30_000, 60_000, 150_000],
    tickEveryMs: [60_000],
    faults: 1,
    ttlEveryMs: 60_000,
    watchEveryMs: SECOND_MS,
    lookEveryMs: 5_000,
    livenessMs: 3 * HOUR_MS,
    resumeAfterMs: [500, 3_000, 15_000, 60_000],
  },
  // nobody can wait for a ticker that is woken each minute of months, so that it is out for most of the time
  months: {
    activeMs: [20 * DAY_MS, 60 * DAY_MS, 120 * DAY_MS],
    tickEveryMs: [6 * HOUR_MS, DAY_MS],
    // a ticker that is out for weeks keeps nothing alive
    faults: 0.1,
    ttlEveryMs: HOUR_MS,
    watchEveryMs: DAY_MS / 4,
    lookEveryMs: DAY_MS,
    livenessMs: 90 * DAY_MS,
    resumeAfterMs: [DAY_MS, 35 * DAY_MS, 70 * DAY_MS, 100 * DAY_MS],
  },
} as const satisfies Readonly<Record<string, Pace>>;

/** All that is decided of a play before it begins. */
export interface Plan {
  readonly seed: number;
  readonly batches: readonly BatchPlan[];
  readonly changes: readonly Change[];
  readonly producers: number;
  /** Calls of all producers together. */
  readonly adds: number;
  readonly operations: number;
  readonly operate: readonly string[] | undefined;
  /** How long producers, operators and faults are at work. */
  readonly activeMs: number;
  readonly weather: Weather;
  /** Whether nothing goes wrong in it, so that the promises of time can be held to. */
  readonly calm: boolean;
  readonly ttlEager: boolean;
  readonly pace: keyof typeof PACES;
  readonly tickEveryMs: number;
}

/** What a play is reduced to: with less of it a failure is easier to understand. */
export interface Budget {
  readonly adds?: number;
  readonly operations?: number;
  readonly faults?: number;
  readonly changes?: number;
  readonly producers?: number;
  readonly batches?: readonly number[];
  /** Faults and spells that do not happen, and options of batches that are left out. */
  readonly without?: readonly string[];
  /** Options that every batch has, and whether it is calm: for plays about something. */
  readonly focus?: Partial<BatchPlan>;
  readonly habits?: Partial<Habits>;
  readonly calm?: boolean;
  readonly weather?: Weather;
  readonly pace?: keyof typeof PACES;
  /** What operators ask, where it is not anything. */
  readonly operate?: readonly string[];
}

/** Options that a smaller play may do without, and what they are then. */
const LEAVE_OUT: Readonly<Record<string, Partial<BatchPlan>>> = {
  groups: { groups: 0, limits: false },
  dedup: { keys: 0, dedupTtlMs: undefined },
  ttl: { dedupTtlMs: undefined },
  shards: { shards: 1 },
  memory: { persist: true },
  maxBytes: { maxBytes: undefined },
  timeout: { timeout: undefined },
  hooks: { hooks: false, filters: false },
  concurrency: { concurrency: undefined },
  throttle: { throttle: undefined },
  maxPending: { maxPendingBatches: undefined },
  quiet: { quietMs: undefined },
  urgent: { urgent: false },
  limits: { limits: false },
  ordered: { ordered: false },
};
const HABITS = ['throws', 'failsItems', 'discards', 'overTime', 'hangs', 'dies', 'oddThrows'] as const;

/** The options without those that contradict others: `define` would refuse them together. */
export function coherent(plan: BatchPlan): BatchPlan {
  const { persist, groups, quietMs, maxWaitMs, ordered } = plan;
  return {
    ...plan,
    limits: plan.limits && groups > 0,
    quietMs: quietMs !== undefined && quietMs < maxWaitMs ? quietMs : undefined,
    // what beforeFlush leaves out of a batch that was never stored, nobody can tell from what was lost
    filters: plan.filters && persist,
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

/** All that a play may be made without. */
export const REMOVABLE: readonly string[] = [...CALL_FAULTS, ...SPELLS, ...Object.keys(LEAVE_OUT), ...HABITS];

/** Decides a play by its seed, as far as the budget lets it. */
export function planOf(seed: number, budget: Budget = {}): Plan {
  const draws = new Draws(seed);
  const isCalm = draws.chance(0.3);
  const { pace = draws.of('pace').chance(0.03) ? 'months' : 'minutes' } = budget;
  const { without = [], calm = isCalm && budget.weather === undefined && pace === 'minutes' } = budget;
  const all = Array.from({ length: draws.pick([1, 1, 2, 3]) }, (_, at) =>
    inPace(pace, draws.of(`pace b${at}`), batchPlan(draws.of(`b${at}`), `b${at}`, calm)),
  );
  const batches = all
    .filter((_, at) => budget.batches?.includes(at) ?? true)
    .map((batch): BatchPlan => Object.assign({}, batch, ...without.map(name => LEAVE_OUT[name] ?? {})))
    .map(batch =>
      coherent({
        ...batch,
        ...budget.focus,
        habits: withoutHabits({ ...batch.habits, ...budget.habits }, without),
      }),
    );
  const activeMs = draws.pick(PACES[pace].activeMs);
  const changes = calm ? [] : changesOf(draws.of('changes'), batches, activeMs);
  return {
    seed,
    batches,
    changes: changes.slice(0, budget.changes ?? changes.length),
    producers: Math.min(draws.int(1, 4), budget.producers ?? 4),
    adds: Math.min(draws.pick([6, 15, 30, 60]), budget.adds ?? 60),
    operations: operationsOf(draws.pick([0, 0, 2, 6]), budget),
    operate: budget.operate,
    activeMs,
    weather:
      budget.weather ?? (calm ? CALM : restrict(weatherOf(draws.of('weather'), PACES[pace].faults), without)),
    calm,
    ttlEager: draws.chance(0.5) || pace === 'months',
    pace,
    tickEveryMs: draws.pick(PACES[pace].tickEveryMs),
  };
}

/** In a play of months there are waits of days. */
const inPace = (pace: keyof typeof PACES, draws: Draws, plan: BatchPlan): BatchPlan =>
  pace === 'minutes'
    ? plan
    : {
        ...plan,
        // of windows that are gone nobody can tell what a hook left out
        filters: false,
        maxWaitMs: draws.pick([SECOND_MS, HOUR_MS, DAY_MS]),
        throttle: draws.chance(0.3) ? { max: 1, duration: DAY_MS } : undefined,
        retries: { ...plan.retries, baseDelay: draws.pick([SECOND_MS, HOUR_MS, DAY_MS]) },
        dedupTtlMs: plan.dedupTtlMs && draws.pick([HOUR_MS, 14 * DAY_MS]),
      };

const operationsOf = (drawn: number, { operate, operations = 6 }: Budget): number =>
  operate ? Math.min(Math.max(3, drawn), operations) : Math.min(drawn, operations);

function batchPlan(draws: Draws, name: string, calm: boolean): BatchPlan {
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
    shards: ordered ? 1 : draws.pick([1, 1, 1, 2, 3]),
    persist,
    maxBytes: some(0.1, () => draws.pick([150, 400])),
    retries: {
      max: draws.pick([0, 1, 1, 2, 3]),
      strategy: draws.pick(['fixed', 'exponential']),
      baseDelay: draws.pick([0, 100, 1_000, 5_000]),
      jitter: draws.chance(0.3),
    },
    dead: draws.pick(['failed', 'dead', 'onDead']),
    timeout: some(0.3, () => draws.pick([2_000, 5_000])),
    lockTtlMs: draws.pick([2_000, 5_000, 30_000]),
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
    urgent: draws.chance(0.15),
    limits: groups > 0 && draws.chance(0.15),
    ordered,
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
  };
}

function weatherOf(draws: Draws, share: number): Weather {
  // in one play a few kinds of fault are at work, and some of them often
  const some = <K extends string>(names: readonly K[], most: number) =>
    Object.fromEntries(
      names.flatMap(name => (draws.chance(0.35) ? [[name, most * draws.pick([0.1, 0.4, 1])]] : [])),
    ) as Partial<Record<K, number>>;
  return { calls: some(CALL_FAULTS, 0.04 * share), spells: some(SPELLS, 0.25 * share) };
}

function restrict({ calls, spells }: Weather, without: readonly string[]): Weather {
  const keep = <K extends string>(rates: Partial<Readonly<Record<K, number>>>) =>
    Object.fromEntries(Object.entries(rates).filter(([name]) => !without.includes(name))) as Partial<
      Record<K, number>
    >;
  return { calls: keep(calls), spells: keep(spells) };
}

const withoutHabits = (habits: Habits, without: readonly string[]): Habits => ({
  ...habits,
  ...Object.fromEntries(HABITS.filter(name => without.includes(name)).map(name => [name, 0])),
});

function changesOf(draws: Draws, batches: readonly BatchPlan[], activeMs: number): Change[] {
  if (!draws.chance(0.4)) return [];
  const changes = Array.from({ length: draws.int(1, 3) }, (): Change => {
    const batch = draws.pick(batches);
    const to = draws.pick<Change['to']>([
      { maxSize: draws.pick([1, 2, 3, 10]) },
      batch.ordered ? { maxSize: 2 } : { shards: draws.pick([1, 2, 4]) },
      { keys: batch.keys === 0 ? 3 : 0, dedupTtlMs: undefined },
      { maxWaitMs: draws.pick([100, 2_000]) },
      'removed',
    ]);
    return { atMs: draws.int(0, activeMs), batch: batch.name, to };
  });
  return changes.sort((a, b) => a.atMs - b.atMs);
}
