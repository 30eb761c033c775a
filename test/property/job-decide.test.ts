import { describe, expect, test } from '@jest/globals';
import { NonRetriableError, RetryAfterError } from 'cistern';
import fc from 'fast-check';
import { fromBits, toBits } from '#lib/jobs/bits';
import { type EndRules, endOf } from '#lib/jobs/end-of';
import type { AttemptFacts } from '#lib/jobs/outcome';
import { retryDelayMs } from '#lib/jobs/retry-delay';
import { aJob } from '../support/a-job.ts';

const retriesOf = fc.record({
  max: fc.integer({ min: 0, max: 5 }),
  strategy: fc.constantFrom('exponential' as const, 'fixed' as const),
  baseDelay: fc.integer({ min: 0, max: 10_000 }),
  jitter: fc.boolean(),
});

const delayOf = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
const markOf = fc.record({ error: fc.constant(new Error('no')), retryable: fc.boolean(), delayMs: delayOf });

const thrownOf = fc.constantFrom(new Error('no'), new NonRetriableError('never'), new RetryAfterError(7_000));
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** An attempt, and how many items its job has in all. */
type Facts = AttemptFacts & { readonly size: number };

/** An attempt as it may go: of up to 12 items some were given up before, some are given, some of these are marked. */
const factsOf: fc.Arbitrary<Facts> = fc
  .record({
    attempt: fc.integer({ min: 1, max: 6 }),
    fates: fc.array(fc.constantFrom('given', 'lost', 'settled'), { maxLength: 12 }),
    thrown: seldom(thrownOf),
    timedOut: seldom(fc.constant(new Error('timed out after 5 ms'))),
    discarded: seldom(fc.constant('no use')),
    marks: fc.array(fc.option(markOf, { nil: undefined }), { minLength: 12, maxLength: 12 }),
  })
  .map(({ fates, marks, ...facts }) => {
    const numbers = (fate: string) => fates.flatMap((is, number) => (is === fate ? [number] : []));
    const given = numbers('given');
    const failed = new Map(
      given.flatMap((_, place) => {
        const mark = marks[place];
        return mark ? [[place, mark] as const] : [];
      }),
    );
    return { ...facts, given, lost: numbers('lost'), failed, size: fates.length };
  });

/** What the end of an attempt says. */
interface Told {
  readonly next: 'completed' | 'retrying' | 'over';
  readonly outcome: string | undefined;
  readonly error: Error | undefined;
  readonly left: readonly number[];
  readonly lost: readonly number[];
  readonly delayMs: number;
}

const NOW = 1_800_000_001_000;

function tell({ size, attempt, lost, ...facts }: Facts, retries: EndRules['retries'], random: number): Told {
  const all = Array.from({ length: size }, (_, number) => number);
  const job = aJob({
    status: 'active',
    attempts: attempt,
    items: size,
    left: facts.given.length === size ? undefined : toBits(facts.given, size),
    lost: lost.length === 0 ? undefined : toBits(lost, size),
  });
  const rules = { retries, deadLetter: { enabled: false }, retention: { completed: 1, failed: 1 } };
  const reported = { how: 'reported', ...facts, all, value: undefined, progress: undefined } as const;
  const { end, outcome, error } = endOf(job, reported, rules, NOW, random);
  const left =
    end.status === 'completed'
      ? []
      : all.filter(n => fromBits(end.left ?? toBits(all, size), size).includes(n));
  return {
    next: end.status === 'failed' ? 'over' : (end.status as 'completed' | 'retrying'),
    outcome,
    error,
    left,
    lost: end.lost ? fromBits(end.lost, size) : [],
    delayMs: end.notBefore === undefined ? 0 : end.notBefore - NOW,
  };
}

const check = (law: (facts: Facts, told: Told, max: number, policyMs: number) => void) =>
  fc.assert(
    fc.property(
      factsOf,
      retriesOf,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (facts, retries, random) => {
        const policyMs = retryDelayMs(retries, facts.attempt, random);
        law(facts, tell(facts, retries, random), retries.max, policyMs);
      },
    ),
    { numRuns: 500 },
  );

const isWhole = ({ thrown, timedOut, discarded }: AttemptFacts) =>
  thrown !== undefined || timedOut !== undefined || discarded !== undefined;

describe('what becomes of a job after an attempt', () => {
  test('what was neither marked nor part of a whole failure never comes back', () => {
    check((facts, { left, lost }) => {
      if (isWhole(facts)) return;
      const marked = new Set([...facts.failed.keys()].map(place => facts.given[place]));
      const back = new Set([...left, ...lost]);
      expect(facts.given.filter(number => !marked.has(number) && back.has(number))).toEqual([]);
    });
  });

  test('left, lost and done are a partition of what was there, and nobody else is among them', () => {
    check((facts, { left, lost }) => {
      const there = new Set([...facts.given, ...facts.lost]);
      const named = [...left, ...lost];
      expect(new Set(named).size).toBe(named.length);
      expect(named.filter(number => !there.has(number))).toEqual([]);
    });
  });

  test('what failed is never forgotten: every marked item is left or lost, and all of them when it failed whole', () => {
    check((facts, { left, lost }) => {
      const failed = isWhole(facts)
        ? facts.given
        : [...facts.failed.keys()].map(place => facts.given[place] ?? -1);
      const named = new Set([...left, ...lost]);
      expect(failed.filter(number => !named.has(number))).toEqual([]);
    });
  });

  test('what was given up once stays so: it is never to be tried again while others are', () => {
    check(({ lost: before }, { next, left, lost }) => {
      if (next === 'completed') expect(before).toEqual([]);
      if (next === 'over') expect(before.every(number => left.includes(number))).toBe(true);
      if (next !== 'retrying') return;
      expect(before.every(number => lost.includes(number))).toBe(true);
      expect(before.some(number => left.includes(number))).toBe(false);
    });
  });

  test('it is retried only with an attempt left, and never for nothing', () => {
    check((facts, { next, left }, max) => {
      if (next !== 'retrying') return;
      expect(facts.attempt).toBeLessThanOrEqual(max);
      if (!isWhole(facts)) expect(left.length).toBeGreaterThan(0);
    });
  });

  test('it is not retried when it was discarded or its handler threw a NonRetriableError in time', () => {
    check(({ discarded, thrown, timedOut }, { next }) => {
      const refused = thrown instanceof NonRetriableError && timedOut === undefined;
      if (discarded !== undefined || refused) expect(next).toBe('over');
    });
  });

  test('it is complete exactly when nothing failed, in this attempt or before', () => {
    check((facts, { next }) => {
      const failed = isWhole(facts) || facts.failed.size > 0 || facts.lost.length > 0;
      expect(next === 'completed').toBe(!failed);
    });
  });

  test('a failure has an error, a success has none', () => {
    check((facts, { outcome, error }) => {
      const succeeded = !isWhole(facts) && facts.failed.size === 0;
      expect(error === undefined).toBe(succeeded);
      expect(outcome === 'succeeded').toBe(succeeded);
    });
  });

  test('the next attempt waits for what its handler asked, for the slowest item, or as the policy says', () => {
    check((facts, { next, delayMs }, _, policyMs) => {
      if (next !== 'retrying') return expect(delayMs).toBe(0);
      const { thrown, timedOut } = facts;
      if (timedOut ?? thrown) {
        const asked = timedOut === undefined && thrown instanceof RetryAfterError ? thrown.ms : policyMs;
        return expect(delayMs).toBe(asked);
      }
      const again = [...facts.failed.values()].filter(({ retryable }) => retryable);
      expect(delayMs).toBe(Math.max(...again.map(({ delayMs: own }) => own ?? policyMs)));
    });
  });

  test('errors are known by their names too, since a handler’s bundle may carry copies of their classes', () => {
    const facts = {
      attempt: 1,
      given: [0],
      lost: [],
      size: 1,
      timedOut: undefined,
      discarded: undefined,
      failed: new Map(),
    };
    const retries = { max: 3, strategy: 'fixed', baseDelay: 1_000, jitter: false } as const;
    const later = Object.assign(new Error('later'), { name: 'RetryAfterError', ms: 40 });
    expect(tell({ ...facts, thrown: later }, retries, 0)).toMatchObject({ next: 'retrying', delayMs: 40 });
    const never = Object.assign(new Error('never'), { name: 'NonRetriableError' });
    expect(tell({ ...facts, thrown: never }, retries, 0)).toMatchObject({ next: 'over' });
  });
});
