import type { Draws } from '../world/draws.ts';
import type { BatchPlan } from './batch-plan.ts';

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

/** In a play of months there are waits of days. */
export const inPace = (pace: keyof typeof PACES, draws: Draws, plan: BatchPlan): BatchPlan =>
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
