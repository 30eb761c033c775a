import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemErrorsOf, withItemErrors } from '#lib/jobs/item-errors';
import { fromNumbersText, toNumbersText } from '#lib/jobs/numbers-text';
import type { AttemptRecord, Job } from '#lib/store/job';
import { aJob } from '../support/a-job.ts';
import { anyText } from '../support/any-text.ts';

const MOST_BYTES = 20_000;
const RUNS: readonly AttemptRecord[] = [{ attempt: 1, outcome: 'partly failed' }];
const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The job as it is read after an attempt in which items have failed. */
function ended(failures: Parameters<typeof withItemErrors>[2], job = aJob(), runs = RUNS): Job {
  const failed = failures.flatMap(({ items }) => items);
  return { ...job, runs, itemErrors: withItemErrors(job, failed, failures, runs) };
}

describe('item numbers as text', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), given => {
        const numbers = given.sort((a, b) => a - b);
        expect(fromNumbersText(toNumbersText(numbers))).toEqual(numbers);
      }),
    );
  });

  test('are a few characters for a whole batch', () => {
    expect(toNumbersText(range(10_000))).toBe('0-9999');
    expect(toNumbersText([0, 1, 4, 6, 7, 8])).toBe('0-1,4,6-8');
  });

  test('are whole numbers also where there is no room for all', () => {
    expect(toNumbersText([100, 200, 300], 8)).toBe('100,200');
    expect(toNumbersText([100], 2)).toBe('');
  });
});

describe('the errors of a job’s items', () => {
  test('are told with the frames of their stacks, and each error and each stack is stored once', () => {
    const error = Object.assign(new TypeError('no such site'), {
      stack: 'TypeError: no such site\nreally\n    at check (site.ts:3:1)\n    at handler (site.ts:9:2)',
    });
    const job = ended([
      { error, items: [0, 1, 2] },
      { error: Object.assign(new Error('other'), { stack: error.stack }), items: [4] },
    ]);
    expect(job.itemErrors).toMatchObject({ errors: [{ items: '0-2' }, { items: '4' }], leftOut: 0 });
    expect(job.itemErrors?.stacks).toHaveLength(1);
    expect(itemErrorsOf(job).get(1)).toEqual({
      name: 'TypeError',
      message: 'no such site',
      stack: 'at check (site.ts:3:1)\nat handler (site.ts:9:2)',
    });
  });

  test('take at most 20,000 bytes and what each error is cut to, whatever is thrown; the rest is counted', () => {
    const text = fc.oneof(anyText(), fc.constantFrom('ä'.repeat(5_000), '"\\'.repeat(3_000)));
    const failures = fc.array(
      fc.record({
        error: fc
          .record({ name: text, message: text, stack: text })
          .map(({ stack, ...error }) =>
            Object.assign(new Error(), error, { stack: `Error\n    at ${stack}` }),
          ),
        count: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(failures, given => {
        let next = 0;
        const those = given.map(({ error, count }) => ({
          error,
          items: range(count).map(() => {
            next += 2;
            return next;
          }),
        }));
        const job = ended(those);
        const bytes = Buffer.byteLength(JSON.stringify(job.itemErrors ?? null));
        // the names of the fields around them are not counted
        expect(bytes).toBeLessThanOrEqual(MOST_BYTES + 1_000);
        expect(itemErrorsOf(job).size + (job.itemErrors?.leftOut ?? 0)).toBe(next / 2);
      }),
      { numRuns: 200 },
    );
  });

  test('of the most items are kept first', () => {
    const long = range(100).map(n => ({ error: new Error(`${n} ${'x'.repeat(990)}`), items: [n] }));
    const job = ended([...long, { error: new Error('all of these'), items: range(5_000).map(n => 100 + n) }]);
    expect(itemErrorsOf(job).get(3_000)?.message).toBe('all of these');
    expect(job.itemErrors?.leftOut).toBeGreaterThan(50);
  });

  test('stay with items that a later attempt did not try', () => {
    const first = ended([{ error: new Error('given up'), items: [3] }]);
    const runs: readonly AttemptRecord[] = [...RUNS, { attempt: 2, outcome: 'failed' }];
    const failures = [{ error: new Error('second'), items: [0, 1] }];
    const second = { ...first, runs, itemErrors: withItemErrors(first, [0, 1, 3], failures, runs) };
    expect([...itemErrorsOf(second)].map(([item, { message }]) => [item, message])).toEqual([
      [0, 'second'],
      [1, 'second'],
      [3, 'given up'],
    ]);
  });

  test('are not told when an older version has ended a later attempt, since it did not write them', () => {
    const job = ended([{ error: new Error('first'), items: [0] }]);
    expect(itemErrorsOf({ ...job, runs: [...RUNS, { attempt: 2, outcome: 'failed' }] }).size).toBe(0);
    expect(itemErrorsOf({ ...job, runs: [{ attempt: 1, redrive: 1, outcome: 'failed' }] }).size).toBe(0);
  });

  test('are none in a record of an older version', () => {
    expect(itemErrorsOf(aJob({ runs: RUNS })).size).toBe(0);
  });
});
