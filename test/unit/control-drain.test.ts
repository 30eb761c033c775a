import { describe, expect, test } from '@jest/globals';
import { drainStage } from '../support/drain-stage.ts';

describe('drain', () => {
  test('runs all that is buffered, says so, and leaves the batch paused', async () => {
    const { judge, work, add, operations, events } = drainStage();
    await add('a', 7);
    await add('b', 2);
    await work.runJobs();
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ batch: 'drained', state: 'drained', flushed: 2, failed: 0, dead: 0 });
    expect(report.left).toBeUndefined();
    expect(report.finishedAt?.getTime()).toBeGreaterThan(report.startedAt.getTime());
    expect(judge.batches).toHaveLength(3);
    expect(judge.verdict(5)).toEqual([]);
    expect(await operations.status()).toMatchObject({ paused: true, draining: false, buffers: { items: 0 } });
    const drained = events.filter(({ type }) => type === 'Cistern Batch Drained');
    expect(drained).toMatchObject([{ batch: 'drained', state: 'drained', flushed: 2 }]);
    expect(await work.leftBehind()).toEqual([]);
  });

  test('of a batch that has nothing ends too; asked again it says how the last one ended', async () => {
    const { work, operations } = drainStage();
    await expect(operations.reportDrain()).rejects.toMatchObject({ code: 'batch.not_draining' });
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'drained', flushed: 0, completed: 0 });
    expect(await operations.reportDrain()).toEqual(report);
  });

  test('what comes in meanwhile stays buffered, though it fills windows, and comes out after resume', async () => {
    const { judge, work, add, operations, clock } = drainStage({ groupBy: undefined as never });
    await add('', 3);
    await operations.startDrain();
    clock.advance(1_001);
    await add('', 12);
    expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
    expect(judge.batches.map(({ length }) => length)).toEqual([3]);
    expect(await operations.getBufferSize()).toBe(12);
    expect(await operations.resume()).toMatchObject({ flushed: 2 });
    await work.settle();
    expect(judge.batches.map(({ length }) => length)).toEqual([3, 5, 5, 2]);
    expect(judge.verdict(5)).toEqual([]);
  });

  test('counts what failed and what died, and waits for a job that retries', async () => {
    const tries = new Map<string, number>();
    const { work, add, operations } = drainStage({
      retries: { max: 2, baseDelay: 20_000 },
      deadLetter: { enabled: true },
      handler: ({ groupKey = '', attempt }) => {
        tries.set(groupKey, attempt);
        if (groupKey === 'dies' || (groupKey === 'recovers' && attempt < 3)) throw new Error(groupKey);
      },
    });
    for (const group of ['fine', 'recovers', 'dies']) await add(group, 1);
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'drained', flushed: 3, completed: 2, failed: 0, dead: 1 });
    expect(Object.fromEntries(tries)).toEqual({ fine: 1, recovers: 3, dies: 3 });
  });

  test('that runs out of time says what is left, and leaves the batch paused', async () => {
    const { work, add, operations, clock } = drainStage({
      retries: { max: 5, baseDelay: 3_600_000 },
      handler: ({ groupKey }) => {
        if (groupKey === 'fails') throw new Error('later');
      },
    });
    await add('fails', 1);
    await add('fine', 1);
    await operations.startDrain({ timeoutMs: 30_000 });
    clock.advance(1_001);
    await add('more', 4);
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'timed_out', flushed: 2, completed: 1 });
    const { items, active, ...jobs } = report.left ?? {};
    expect({ items, active }).toEqual({ items: 4, active: 0 });
    expect(Object.values(jobs).reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(report.finishedAt?.getTime()).toBeGreaterThanOrEqual(report.startedAt.getTime() + 30_000);
    expect(await operations.status()).toMatchObject({ paused: true, draining: false });
  });

  test.each(['resume', 'pause'] as const)(
    '%s ends it, with what it had come to, and says so',
    async ending => {
      const { work, add, operations, judge, events } = drainStage();
      await add('a', 5);
      await operations.startDrain();
      await add('b', 2);
      await work.runJobs();
      await operations[ending]();
      const report = await operations.reportDrain();
      expect(report).toMatchObject({ state: 'timed_out', flushed: 0, completed: 1, left: { items: 2 } });
      expect(await operations.status()).toMatchObject({ paused: ending === 'pause', draining: false });
      const told = () => events.filter(({ type }) => type === 'Cistern Batch Drained');
      expect(told()).toMatchObject([
        { batch: 'drained', state: 'timed_out', flushed: 0, completed: 1, failed: 0, dead: 0 },
      ]);
      await operations[ending]();
      expect(told()).toHaveLength(1);
      if (ending === 'resume') await operations.pause();
      expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
      expect(judge.verdict(5)).toEqual([]);
    },
  );

  test('of a paused batch runs its parked jobs', async () => {
    const { work, add, operations, judge, clock } = drainStage();
    await add('a', 5);
    await operations.pause();
    clock.advance(1_001);
    await work.runJobs();
    expect(await operations.status()).toMatchObject({ jobs: { parked: 1 } });
    await add('a', 2);
    expect(await work.during(operations.drain())).toMatchObject({
      state: 'drained',
      completed: 2,
      flushed: 1,
    });
    expect(judge.verdict(5)).toEqual([]);
    expect(await operations.status()).toMatchObject({ paused: true, jobs: { parked: 0, completed: 2 } });
  });

  test('begun twice at once, it is one, and counts all that was flushed', async () => {
    const { work, add, operations } = drainStage();
    await add('a', 1);
    await add('b', 1);
    const [one, other] = await Promise.all([operations.startDrain(), operations.startDrain()]);
    expect(one.startedAt).toEqual(other.startedAt);
    expect(await work.during(operations.drain())).toMatchObject({
      state: 'drained',
      flushed: 2,
      completed: 2,
    });
  });

  test('that begins while a pause is on its way is ended by it, or not begun', async () => {
    const { add, operations, work } = drainStage();
    await add('a', 1);
    const { controls } = work.memory.store;
    const change = controls.changeControl.bind(controls);
    let drained = false;
    controls.changeControl = async (...given) => {
      if (!drained) {
        drained = true;
        await operations.startDrain();
      }
      return change(...given);
    };
    expect(await operations.pause()).toMatchObject({ paused: true, draining: false });
    expect(await operations.reportDrain()).toMatchObject({ state: 'timed_out' });
  });

  test('begun again while it is under way, it stays the one it was', async () => {
    const { add, operations, clock } = drainStage();
    await add('a', 1);
    const first = await operations.startDrain({ timeoutMs: 60_000 });
    clock.advance(1_000);
    const again = await operations.startDrain({ timeoutMs: 1 });
    expect(again).toMatchObject({ state: 'draining', startedAt: first.startedAt, flushed: 1 });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 604_800_001, '1000'])(
    'with a timeoutMs of %p is refused, and nothing is begun',
    async timeoutMs => {
      const { operations } = drainStage();
      const options = { timeoutMs: timeoutMs as number };
      for (const begin of [operations.startDrain, operations.drain]) {
        await expect(begin(options)).rejects.toMatchObject({
          code: 'request.malformed',
          message: `timeoutMs has to be a whole number of milliseconds from 1 to 604800000; it was ${timeoutMs}.`,
        });
      }
      await expect(operations.reportDrain()).rejects.toMatchObject({ code: 'batch.not_draining' });
    },
  );

  test('that nobody attends is ended by the ticker', async () => {
    const { work, add, operations, clock } = drainStage();
    await add('a', 3);
    await operations.startDrain();
    await work.runJobs();
    for (let seconds = 0; seconds < 20; seconds += 5) {
      clock.advance(5_000);
      await work.tick();
    }
    const { drain, paused } = await work.memory.store.controls.readControl('drained');
    expect({ state: drain?.state, paused }).toEqual({ state: 'drained', paused: true });
    expect(drain).toMatchObject({ flushed: 1, completed: 1 });
    expect(await work.leftBehind()).toEqual([]);
  });
});
