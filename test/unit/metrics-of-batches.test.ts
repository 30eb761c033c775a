import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import fc from 'fast-check';
import { recordedMetrics } from '#lib/control/metrics';
import { Samples } from '#lib/control/samples';
import type { Definition } from '#lib/definition/options';
import { LocalHistory } from '../../local/history.ts';
import { MemoryWork } from '../support/memory-work.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('samples', () => {
  test('tell percentiles exactly where they are few, and the greatest value always', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3_000 }), values => {
        const samples = new Samples();
        for (const value of values) samples.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const spread = samples.spread();
        expect(spread?.most).toBe(sorted.at(-1));
        if (values.length <= 512) {
          expect(spread?.p50).toBe(sorted[Math.ceil(values.length * 0.5) - 1]);
          expect(spread?.p99).toBe(sorted[Math.ceil(values.length * 0.99) - 1]);
        }
        expect(values).toContain(spread?.p50);
      }),
    );
  });

  test('of many values stay about right', () => {
    const samples = new Samples();
    for (let n = 0; n < 100_000; n++) samples.add(n % 1_000);
    const { p50 = 0, p99 = 0 } = samples.spread() ?? {};
    expect(Math.abs(p50 - 500)).toBeLessThan(50);
    expect(Math.abs(p99 - 990)).toBeLessThan(20);
  });

  test('that are none have no spread', () => {
    expect(new Samples().spread()).toBeUndefined();
  });
});

/** A batch whose handler does what the group says. */
function stage() {
  const definition = batch<{ readonly group: string }>({
    name: 'measured',
    maxSize: 4,
    maxWaitMs: 24 * HOUR,
    groupBy: ({ group }) => group,
    retries: { max: 1, baseDelay: 10 * HOUR },
    handler: ({ batch: items, groupKey = '', attempt, discard, failAt }) => {
      if (groupKey === 'retries' && attempt === 1) throw new Error('not yet');
      if (groupKey === 'dies') discard('never');
      if (groupKey === 'half')
        for (const at of items.keys()) if (at < 2) failAt(at, 'no', { retryable: false });
    },
  });
  const work = new MemoryWork([definition]);
  const add = async (group: string, count: number) => {
    await work.add(
      definition,
      Array.from({ length: count }, () => ({ group })),
    );
    await work.runJobs();
  };
  const ask = (span: 'hour' | 'day' | 'week', group?: string) =>
    recordedMetrics(work.memory.deployment.services, definition as unknown as Definition, { span, group });
  return { work, add, ask, operations: work.of(definition), clock: work.memory.clock };
}

describe('metrics from records', () => {
  test('count what was flushed, completed and failed, each where it happened, of a batch and of a group', async () => {
    const { add, ask } = stage();
    await add('fine', 8);
    await add('dies', 4);
    await add('half', 4);
    await add('retries', 4);
    const { source, points, partial, stepMs, from, to } = await ask('hour');
    expect({ source, partial, stepMs, ms: to.getTime() - from.getTime() }).toEqual({
      source: 'records',
      partial: false,
      stepMs: MINUTE,
      ms: HOUR,
    });
    const sum = (of: (point: (typeof points)[number]) => number | undefined) =>
      points.reduce((all, point) => all + (of(point) ?? 0), 0);
    expect(sum(({ flushed }) => flushed)).toBe(20);
    expect(sum(({ completed }) => completed)).toBe(10);
    expect(sum(({ failed }) => failed)).toBe(6);
    expect(sum(({ failedAttempts }) => failedAttempts)).toBe(3);
    expect(sum(({ reasons }) => reasons.size)).toBe(5);
    expect(sum(({ batches }) => batches.completed)).toBe(2);
    expect(points[0]).toMatchObject({
      size: { p50: 4, p99: 4, most: 4 },
      duration: { most: expect.any(Number) },
    });
    const dies = (await ask('hour', 'dies')).points;
    expect(dies.map(({ flushed, completed, failed }) => [flushed, completed, failed])).toEqual([[4, 0, 4]]);
    expect((await ask('hour', 'nothing')).points).toEqual([]);
  });

  test('of a day have steps of 15 minutes, and leave out what was before it', async () => {
    const { add, ask, clock } = stage();
    await add('fine', 4);
    clock.advance(HOUR);
    await add('fine', 4);
    expect((await ask('hour')).points).toHaveLength(1);
    const day = await ask('day');
    expect([day.stepMs, day.points.length]).toEqual([15 * MINUTE, 2]);
    clock.advance(24 * HOUR);
    expect((await ask('day')).points).toEqual([]);
    expect((await ask('week')).points).toHaveLength(2);
  });
});

describe('the last minute of a batch', () => {
  test('is the last 60 seconds, and tells an outage: what was flushed and what failed', async () => {
    const { add, operations, clock } = stage();
    await add('retries', 4);
    await add('dies', 4);
    expect((await operations.status()).throughput.lastMinute).toEqual({
      flushed: 8,
      completed: 0,
      failed: 4,
      failedAttempts: 2,
    });
    clock.advance(30_000);
    await add('fine', 4);
    expect((await operations.status()).throughput.lastMinute).toMatchObject({ flushed: 12, completed: 4 });
    clock.advance(31_000);
    expect((await operations.status()).throughput.lastMinute).toMatchObject({
      flushed: 4,
      completed: 4,
      failed: 0,
    });
  });
});

describe('the history of the local stack', () => {
  const about = { deployment: 'local', batch: 'b', at: '', job: 'j' } as const;

  test('counts what was added, flushed, completed and failed, and forgets it after an hour', () => {
    let now = 100 * HOUR;
    const history = new LocalHistory({ now: () => now });
    history.measure('b', { ItemsAdded: 5 });
    history.measure('b', { FlushLateness: 3, HandlerDuration: 7 });
    history.event({ ...about, type: 'Cistern Batch Sealed', count: 5, reason: 'time' });
    history.event({ ...about, type: 'Cistern Batch Succeeded', attempt: 1, items: 5, durationMs: 7 });
    const figures = { added: 5, flushed: 5, failed: 0, failedAttempts: 0 };
    expect(history.throughput('b')).toEqual({
      minutes: [{ at: new Date(now), items: 5, batches: 1, ...figures }],
      lastMinute: { completed: 5, ...figures },
      partial: false,
    });
    now += MINUTE;
    history.event({
      ...about,
      type: 'Cistern Batch Dead',
      attempt: 1,
      items: 2,
      status: 'dead',
      error: new Error('x'),
    });
    expect(history.throughput('b').lastMinute).toMatchObject({ added: 5, failed: 2 });
    now += 5_000;
    expect(history.throughput('b').lastMinute).toMatchObject({ added: 0, flushed: 0, failed: 2 });
    expect(history.lastHour('b')).toMatchObject({
      source: 'process',
      points: [{ lateness: { p50: 3 }, duration: { p50: 7 }, reasons: { time: 1 } }, { failed: 2 }],
    });
    now += 61 * MINUTE;
    expect(history.throughput('b').minutes).toEqual([]);
    expect(history.throughput('other').lastMinute.added).toBe(0);
  });
});
