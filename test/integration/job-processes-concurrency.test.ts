import { expect, test } from '@jest/globals';
import { overlaps } from '../support/consumers.ts';
import { until } from '../support/until.ts';
import { jobStackForAll } from '../support/use-job-stack.ts';

const JOBS = 20;
const SIZE = 2;

/** It takes ten seconds, and much longer where a machine has other things to do. */
const PATIENT_MS = 120_000;

const stack = jobStackForAll({
  maxSize: SIZE,
  lockTtlMs: 5_000,
  concurrency: 1,
  retries: { max: 1, baseDelay: 0 },
});

test(
  'concurrency 1: never two handlers at once in four processes, also when one is killed in its handler',
  async () => {
    const receipts = await stack().add(Array.from({ length: JOBS * SIZE }, (_, id) => ({ id: String(id) })));
    await stack().jobs.flush();
    const ids = new Set(receipts.map(({ job }) => job));
    expect(ids.size).toBe(JOBS);

    const consumers = stack().consumers({ takesMs: 100 });
    await consumers.start(4);
    await until('some have run', () => consumers.runs.length >= JOBS / 4);
    await until('one runs', () => consumers.running.length > 0);
    const [victim] = consumers.running;
    if (victim === undefined) throw new Error('One ran.');
    await consumers.kill(victim);

    const done = await Promise.all([...ids].map(id => stack().jobs.waitFor(id, { timeoutMs: PATIENT_MS })));
    expect(done.map(({ status }) => status)).toEqual(done.map(() => 'completed'));
    expect(overlaps(consumers.runs)).toEqual([]);
    expect(consumers.deaths).toEqual(['SIGKILL']);
    // a victim that had just ended its handler may have written that down before it was killed
    const [, again, ...others] = consumers.runs.filter(({ job }) => job === victim.job);
    expect(others).toEqual([]);
    expect(consumers.runs).toHaveLength(again ? JOBS + 1 : JOBS);
    expect(new Set(consumers.runs.map(({ pid }) => pid)).size).toBeGreaterThan(1);
  },
  PATIENT_MS,
);
