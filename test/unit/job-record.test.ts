import { describe, expect, test } from '@jest/globals';
import { batch, type Handler } from 'cistern';
import { toBits } from '#lib/jobs/bits';
import { toJobInfo } from '#lib/jobs/job-info';
import { toResult } from '#lib/jobs/result';
import { LOOK_EVERY_MS } from '#lib/store/record-life';
import { aJob } from '../support/a-job.ts';
import { JobBench } from '../support/job-bench.ts';

describe('a result', () => {
  test('of 32,000 bytes of JSON is kept whole', () => {
    const whole = 'x'.repeat(31_998);
    expect(toResult(whole)).toEqual({ result: JSON.stringify(whole) });
  });

  test('of one byte more is cut: its size and its first 1,000 characters are kept', () => {
    const large = `${'y'.repeat(2_000)}${'x'.repeat(29_999)}`;
    expect(toResult(large)).toEqual({ resultCut: { bytes: 32_001, preview: `"${'y'.repeat(999)}` } });
  });

  test('is measured in bytes, not in characters', () => {
    expect(toResult('ä'.repeat(16_000))).toMatchObject({ resultCut: { bytes: 32_002 } });
  });

  test('that is none is none', () => {
    expect(toResult(undefined)).toEqual({});
    expect(toResult(() => {})).toEqual({});
    expect(toResult(null)).toEqual({ result: 'null' });
  });

  test('that JSON cannot hold says so, and harms nothing', () => {
    expect(toResult(1n)).toEqual({ result: expect.stringContaining('not JSON: ') });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(toResult(circle)).toEqual({ result: expect.stringContaining('not JSON: ') });
  });
});

const at = (second: number) => Date.UTC(2030, 0, 1, 0, 0, second);
const job = aJob({
  count: 5,
  createdAt: at(1),
  deadline: at(2),
  sealedAt: at(3),
  statusChangedAt: at(3),
  ttlDue: at(3) + LOOK_EVERY_MS,
});

describe('a job’s record, as everybody may read it', () => {
  test('says of a job that waits no more than is known', () => {
    expect(toJobInfo(job)).toEqual({
      id: 'the-job',
      batch: 'orders',
      status: 'waiting',
      flushReason: 'time',
      createdAt: new Date(at(1)),
      deadline: new Date(at(2)),
      sealedAt: new Date(at(3)),
      attempt: 0,
      redrives: 0,
      attempts: [],
      counts: { slots: 5 },
      tags: ['a'],
      hookErrors: 0,
    });
  });

  test.each(['', 'default', '__proto__'])('names the group %p', group => {
    expect(toJobInfo({ ...job, group })).toHaveProperty('group', group);
  });

  test('says when the next attempt begins only of one that is retrying, and of a lock only while it runs', () => {
    const times = { notBefore: at(9), lockedUntil: at(8) };
    expect(toJobInfo({ ...job, ...times, status: 'retrying' })).toMatchObject({
      nextAttemptAt: new Date(at(9)),
    });
    expect(toJobInfo({ ...job, ...times, status: 'retrying' })).not.toHaveProperty('lockedUntil');
    expect(toJobInfo({ ...job, ...times, status: 'active' })).toMatchObject({ lockedUntil: new Date(at(8)) });
    expect(toJobInfo({ ...job, ...times, status: 'active' })).not.toHaveProperty('nextAttemptAt');
  });

  test.each([
    ['none of them done yet', { items: 4 }, { slots: 5, items: 4, left: 4, done: 0 }],
    ['some done', { items: 4, left: toBits([1, 3], 4) }, { slots: 5, items: 4, left: 2, done: 2 }],
    [
      'some done, some given up',
      { items: 4, left: toBits([1], 4), lost: toBits([2], 4) },
      { slots: 5, items: 4, left: 2, done: 2 },
    ],
    ['all done', { items: 4, status: 'completed' as const }, { slots: 5, items: 4, left: 0, done: 4 }],
  ])('counts its items: %s', (_, change, counts) => {
    expect(toJobInfo({ ...job, ...change }).counts).toEqual(counts);
  });

  test('has its attempts’ times as dates, where they are known', () => {
    const error = { name: 'ProcessDiedError', message: 'the process died or was stopped in attempt 1' };
    const runs = [
      { attempt: 1, outcome: 'died', error },
      { attempt: 2, outcome: 'succeeded', startedAt: at(4), finishedAt: at(5) },
    ] as const;
    expect(toJobInfo({ ...job, runs }).attempts).toEqual([
      { attempt: 1, outcome: 'died', error },
      { attempt: 2, outcome: 'succeeded', startedAt: new Date(at(4)), finishedAt: new Date(at(5)) },
    ]);
  });

  test('can be written as JSON and has the result as the handler returned it', () => {
    const info = toJobInfo({ ...job, result: '{"stored":3}', progress: { percent: 5, at: at(6) } });
    expect(info.result).toEqual({ stored: 3 });
    expect(JSON.parse(JSON.stringify(info))).toMatchObject({
      createdAt: '2030-01-01T00:00:01.000Z',
      progress: { percent: 5, at: '2030-01-01T00:00:06.000Z' },
    });
  });
});

describe('retention', () => {
  const bench = (handler: Handler<number>) =>
    new JobBench(
      batch<number>({
        name: 'kept',
        maxSize: 5,
        maxWaitMs: 60_000,
        retention: { completed: 60_000, failed: 120_000 },
        handler,
      }),
    );
  const gone = async (world: JobBench, id: string) => (await world.operations.getJob(id)) === undefined;

  test('a completed job’s record is gone after its own time', async () => {
    const world = bench(() => {});
    const id = await world.flushed(1);
    await world.deliver();
    world.clock.advance(59_000);
    expect(await gone(world, id)).toBe(false);
    world.clock.advance(2_000);
    expect(await gone(world, id)).toBe(true);
  });

  test('a failed job’s after its own, with its items until then', async () => {
    const world = bench(() => {
      throw new Error('no');
    });
    const id = await world.flushed(1, 2);
    await world.deliver();
    world.clock.advance(119_000);
    expect(await world.operations.getJobItems(id)).toHaveLength(2);
    world.clock.advance(2_000);
    expect(await gone(world, id)).toBe(true);
    await expect(world.operations.getJobItems(id)).rejects.toMatchObject({ code: 'job.unknown' });
  });

  test('a job that is not done is kept for as long as that takes, and a redriven one begins anew', async () => {
    const world = bench(() => {
      throw new Error('no');
    });
    const id = await world.flushed(1);
    world.clock.advance(86_400_000);
    expect((await world.job(id)).status).toBe('waiting');
    await world.deliver();
    await world.operations.redrive(id);
    world.clock.advance(86_400_000);
    expect((await world.job(id)).status).toBe('waiting');
  });
});
