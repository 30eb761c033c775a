import { expect, test } from '@jest/globals';
import { overlaps } from '../support/consumers.ts';
import { until } from '../support/until.ts';
import { jobStackForAll } from '../support/use-job-stack.ts';

const GROUPS = ['one', 'two', 'default'];
const WINDOWS = 5;
const SIZE = 2;
/** Its batch, the second of its group, fails twice. */
const FLAKY = 'two-3';

/** It takes ten seconds, and much longer where a machine has other things to do. */
const PATIENT_MS = 120_000;

const stack = jobStackForAll({
  maxSize: SIZE,
  groupBy: ({ group = '' }) => group,
  ordered: true,
  retries: { max: 2, strategy: 'fixed', baseDelay: 300 },
});

test(
  'ordered: a group has one batch at a time, in the order of its windows, also while one is retried',
  async () => {
    const consumers = stack().consumers({
      takesMs: 50,
      misbehaves: { by: 'throwing', attempts: 2, with: FLAKY },
    });
    await consumers.start(3);
    const numbers = Array.from({ length: WINDOWS * SIZE }, (_, at) => at);
    await stack().add(numbers.flatMap(at => GROUPS.map(group => ({ id: `${group}-${at}`, group }))));

    const ended = () => consumers.runs.filter(({ endedAt }) => endedAt !== undefined).length;
    await until('all have run', () => ended() >= GROUPS.length * WINDOWS + 2, PATIENT_MS);
    const { jobs } = await stack().jobs.getJobs();
    await Promise.all(jobs.map(({ id }) => stack().jobs.waitFor(id)));
    for (const group of GROUPS) {
      const runs = consumers.runs.filter(run => run.group === group);
      expect(overlaps(runs)).toEqual([]);
      const expected = numbers
        .filter(at => at % SIZE === 0)
        .flatMap(at => {
          const items = [`${group}-${at}`, `${group}-${at + 1}`];
          return Array.from({ length: items.includes(FLAKY) ? 3 : 1 }, (_, i) => [i + 1, items]);
        });
      expect(runs.map(({ attempt, items }) => [attempt, items])).toEqual(expected);
    }
  },
  PATIENT_MS,
);
