import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countBits, fromBits, toBits } from '#lib/jobs/bits';
import { applyEnd, type EndFacts, type EndRules, endOf } from '#lib/jobs/end-of';
import { toJobInfo } from '#lib/jobs/job-info';
import { isEnded, type Job } from '#lib/store/job';
import { aJob } from '../support/a-job.ts';

const NOW = 1_800_000_009_000;
const SIZE = 9;

const numbersOf = fc.uniqueArray(fc.nat(SIZE - 1));
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** A job while it is open, as any version may have stored it: what is left and what is lost may have met. */
const jobOf: fc.Arbitrary<Job> = fc
  .record({
    attempts: fc.integer({ min: 1, max: 4 }),
    items: seldom(fc.constant(SIZE)),
    left: seldom(numbersOf),
    lost: seldom(numbersOf),
    error: seldom(fc.constant({ name: 'Error', message: 'before' })),
    progress: seldom(fc.constant({ percent: 5, at: 1 })),
  })
  .map(({ left, lost, ...job }) =>
    aJob({
      ...job,
      status: 'active',
      count: SIZE,
      notBefore: 1,
      left: left && toBits(left, SIZE),
      lost: left && lost && toBits(lost, SIZE),
    }),
  );

const rulesOf: fc.Arbitrary<EndRules | undefined> = seldom(
  fc.record({
    retries: fc.record({
      max: fc.nat(4),
      strategy: fc.constant('fixed' as const),
      baseDelay: fc.nat(5_000),
      jitter: fc.boolean(),
    }),
    deadLetter: fc.record({
      enabled: fc.boolean(),
      onDead: fc.constantFrom(
        () => {},
        () => {},
      ),
    }),
    retention: fc.constant({ completed: 60_000, failed: 70_000 }),
  }),
);

const error = new Error('why');
const factsOf = (job: Job): fc.Arbitrary<EndFacts> =>
  fc.oneof(
    fc.constantFrom<EndFacts>(
      { how: 'not begun' },
      { how: 'died' },
      { how: 'unclaimed', error },
      { how: 'unreadable', error },
      { how: 'redriven' },
    ),
    fc
      .record({
        isKnown: fc.boolean(),
        thrown: seldom(fc.constant(error)),
        timedOut: seldom(fc.constant(error)),
        discarded: seldom(fc.constant('no use')),
        marks: fc.array(fc.constantFrom('fine', 'fails', 'fails for good'), {
          minLength: SIZE,
          maxLength: SIZE,
        }),
        value: fc.anything(),
      })
      .map(({ isKnown, marks, ...facts }): EndFacts => {
        const all = Array.from({ length: SIZE }, (_, number) => number);
        const given = isKnown ? (job.left ? fromBits(job.left, SIZE) : all) : [];
        const failed = given.flatMap((number, place) =>
          marks[number] === 'fine'
            ? []
            : [[place, { error, retryable: marks[number] === 'fails', delayMs: undefined }] as const],
        );
        const reported = { how: 'reported', given, failed: new Map(failed), progress: undefined } as const;
        // an attempt that did not come to know its items has failed
        const { thrown = isKnown ? undefined : error } = facts;
        return { ...reported, ...facts, thrown, all: isKnown ? all : undefined };
      }),
  );

describe('every end of a job', () => {
  test('says what its state demands, of every field, and keeps each item in one set', () => {
    fc.assert(
      fc.property(
        jobOf.chain(job => fc.tuple(fc.constant(job), factsOf(job))),
        rulesOf,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ([job, facts], rules, random) => {
          const { end } = endOf(job, facts, rules, NOW, random);
          const after = applyEnd(job, end);
          const isOver = end.status === 'failed' || end.status === 'dead';

          expect(end.notBefore !== undefined).toBe(end.status === 'retrying');
          expect(end.notBefore ?? NOW).toBeGreaterThanOrEqual(NOW);
          expect(end.keepMs !== undefined).toBe(isEnded(end) && end.onDeadBy === undefined);
          expect(end.onDeadBy !== undefined).toBe(end.status === 'dead');
          expect(end.status === 'dead').toBe(isOver && rules?.deadLetter.enabled === true);
          expect(isOver && end.error === undefined && facts.how !== 'reported').toBe(false);
          if (end.status === 'completed')
            expect([end.left, end.lost, end.error]).toEqual(Array(3).fill(undefined));
          else expect([end.result, end.resultCut]).toEqual([undefined, undefined]);
          // what has ended, and what begins anew, has all that failed in one set
          if (isOver || end.status === 'waiting') expect(end.lost).toBeUndefined();
          expect(end.runs.length).toBeGreaterThanOrEqual(job.runs.length);
          expect(end.attempts).toBe(
            { 'not begun': job.attempts - 1, redriven: 0 }[facts.how as 'redriven'] ?? job.attempts,
          );

          // a done item never comes back
          const isSettled = (of: Job, number: number) =>
            of.left !== undefined &&
            ![of.left, of.lost].some(set => set && fromBits(set, SIZE).includes(number));
          for (let number = 0; number < SIZE; number++) {
            if (isSettled(job, number) && end.status !== 'completed' && facts.how !== 'unreadable') {
              expect([number, isSettled(after, number)]).toEqual([number, true]);
            }
          }
          // an item that was given up is not forgotten
          if (job.lost && end.status !== 'completed' && facts.how !== 'unreadable') {
            const named = [end.left, end.lost].flatMap(set => (set ? fromBits(set, SIZE) : []));
            expect(fromBits(job.lost, SIZE).filter(number => end.left && !named.includes(number))).toEqual(
              [],
            );
          }
          const { counts } = toJobInfo(after);
          if (counts.items !== undefined) expect((counts.left ?? 0) + (counts.done ?? 0)).toBe(counts.items);
          expect(countBits(end.left ?? new Uint8Array())).toBeLessThanOrEqual(SIZE);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
