import { BUS_MOODS, type BusMood } from '../world/bus.ts';
import { Draws } from '../world/draws.ts';
import { CALL_FAULTS, CALM, SPELLS, type Weather } from '../world/weather.ts';
import {
  type BatchPlan,
  batchPlan,
  coherent,
  HABITS,
  type Habits,
  LEAVE_OUT,
  withoutHabits,
} from './batch-plan.ts';
import { type Change, changesOf } from './changes.ts';
import { inPace, PACES } from './pace.ts';

/** All that is decided of a play before it begins. */
export interface Plan {
  readonly seed: number;
  readonly batches: readonly BatchPlan[];
  readonly changes: readonly Change[];
  readonly producers: number;
  /** Calls of all producers together. */
  readonly adds: number;
  /** Whether all adds come one right after the other, and of one item each, so that heads are busy. */
  readonly rush: boolean;
  readonly operations: number;
  readonly operate: readonly string[] | undefined;
  /** How often somebody who holds a batch back lets it go on before the play ends, as a chance. */
  readonly resumes: number;
  /** How long producers, operators and faults are at work. */
  readonly activeMs: number;
  readonly weather: Weather;
  /** Whether nothing goes wrong in it, so that the promises of time can be held to. */
  readonly calm: boolean;
  readonly ttlEager: boolean;
  readonly bus: BusMood;
  /** Whether the due index passes for one that is too large to be read whole, and batches get ever more partitions. */
  readonly largeIndex: boolean;
  readonly pace: keyof typeof PACES;
  readonly tickEveryMs: number;
}

/** What a play is reduced to: with less of it a failure is easier to understand. */
export interface Budget {
  readonly adds?: number;
  readonly rush?: boolean;
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
  readonly largeIndex?: boolean;
  readonly pace?: keyof typeof PACES;
  /** Deployments that happen in it, each at some time. */
  readonly changing?: readonly Change['to'][];
  /** What operators ask, where it is not anything. */
  readonly operate?: readonly string[];
  /** How often who holds a batch back lets it go on, as a chance. */
  readonly resumes?: number;
}

/** All that a play may be made without. */
export const REMOVABLE: readonly string[] = [...CALL_FAULTS, ...SPELLS, ...Object.keys(LEAVE_OUT), ...HABITS];

/** Decides a play by its seed, as far as the budget lets it. */
export function planOf(seed: number, budget: Budget = {}): Plan {
  const draws = new Draws(seed);
  const isCalm = draws.chance(0.3);
  const { pace = draws.of('pace').chance(0.03) ? 'months' : 'minutes' } = budget;
  const { without = [], calm = isCalm && !budget.weather && !budget.changing && pace === 'minutes' } = budget;
  const all = Array.from({ length: draws.pick([1, 1, 2, 3]) }, (_, at) =>
    inPace(pace, draws.of(`pace b${at}`), batchPlan(draws.of(`b${at}`), `b${at}`, calm)),
  );
  const pooled = draws.of('pool');
  const inPool = pooled.chance(0.3) ? 0.8 : 0;
  const batches = all
    .map(batch => (pooled.chance(inPool) ? { ...batch, pool: 'shared' } : batch))
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
  const { rush = draws.of('rush').chance(0.03) } = budget;
  const changes = calm ? [] : changesOf(draws.of('changes'), batches, activeMs, budget.changing);
  return {
    seed,
    batches,
    changes: changes.slice(0, budget.changes ?? changes.length),
    producers: Math.min(draws.int(1, 4), budget.producers ?? 4),
    adds: addsOf(draws.pick([6, 15, 30, 60]), rush, budget),
    rush,
    operations: operationsOf(draws.pick([0, 0, 2, 6]), budget),
    operate: budget.operate,
    resumes: budget.resumes ?? 0.8,
    activeMs,
    weather:
      budget.weather ?? (calm ? CALM : restrict(weatherOf(draws.of('weather'), PACES[pace].faults), without)),
    calm,
    ttlEager: draws.chance(0.5) || pace === 'months',
    bus: draws.of('bus').pick(['well', ...BUS_MOODS]),
    largeIndex: budget.largeIndex ?? draws.chance(0.5),
    pace,
    tickEveryMs: draws.pick(PACES[pace].tickEveryMs),
  };
}

/** So many that a sealer works for longer than it goes on with windows of others. */
const RUSH_ADDS = 400;

const addsOf = (drawn: number, rush: boolean, { adds = RUSH_ADDS }: Budget): number =>
  Math.min(rush ? RUSH_ADDS : drawn, adds);

const operationsOf = (drawn: number, { operate, operations = 6 }: Budget): number =>
  operate ? Math.min(Math.max(3, drawn), operations) : Math.min(drawn, operations);

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
