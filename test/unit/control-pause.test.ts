import { describe, expect, test } from '@jest/globals';
import { batch, RetryAfterError } from 'cistern';
import fc from 'fast-check';
import type { BatchOptions } from '#lib/definition/options';
import { Judge } from '../support/judge.ts';
import { MemoryWork } from '../support/memory-work.ts';

interface Item {
  readonly id: string;
  readonly group?: string;
}

const HOUR = 3_600_000;

/** A batch of its own in a deployment of its own, with a judge over what its handler sees. */
function stage(options: Partial<BatchOptions<Item>> = {}) {
  const judge = new Judge();
  const definition = batch<Item>({
    name: 'held',
    maxSize: 5,
    maxWaitMs: 10_000,
    handler: judge.handler,
    ...options,
  });
  const work = new MemoryWork([definition]);
  const operations = work.of<Item>(definition);
  const add = async (...items: readonly (string | Item)[]) => {
    const given = items.map(item => (typeof item === 'string' ? { id: item } : item));
    const receipts = await work.add(definition, given);
    receipts.forEach((receipt, at) => {
      judge.acknowledge(given[at]?.id ?? '', receipt);
    });
    return receipts;
  };
  const { clock } = work.memory;
  /** Lets time pass, and the timers, the ticker and the consumer work. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await work.fireTimers();
    await work.tick();
    await work.runJobs();
  };
  return { judge, work, operations, add, pass, clock };
}

const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `${from + i}`);

describe('resume', () => {
  test.each([
    ['one by one', 1],
    ['in bulks that fit nothing', 7],
    ['at once', 50],
  ])('flushes 10 × maxSize, added %s, as exactly 10 full batches', async (_, bulk) => {
    const { judge, operations, add, work } = stage();
    await operations.pause();
    for (let at = 0; at < 50; at += bulk) await add(...ids(at, Math.min(bulk, 50 - at)));
    await work.runJobs();
    expect(judge.batches).toEqual([]);
    expect(await operations.getBufferSize()).toBe(50);
    expect(await operations.resume()).toMatchObject({ paused: false, flushed: 10, unparked: 0 });
    await work.runJobs();
    expect(judge.batches.map(({ length }) => length)).toEqual(Array(10).fill(5));
    expect(judge.verdict(5)).toEqual([]);
    expect(await operations.getBufferSize()).toBe(0);
  });

  test('never makes a batch over maxSize, however much has gathered in however many shards and groups', async () => {
    const cases = fc.record({
      maxSize: fc.integer({ min: 1, max: 6 }),
      shards: fc.constantFrom(1, 3),
      bulks: fc.array(fc.array(fc.constantFrom('a', 'b', 'a|b'), { minLength: 1, maxLength: 20 }), {
        maxLength: 8,
      }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ maxSize, shards, bulks }) => {
        const { judge, operations, add, work } = stage({
          maxSize,
          shards,
          groupBy: ({ group = '' }) => group,
        });
        await operations.pause();
        let next = 0;
        for (const bulk of bulks) await add(...bulk.map(group => ({ id: String(next++), group })));
        await operations.resume();
        await work.settle();
        expect(judge.verdict(maxSize)).toEqual([]);
        expect(judge.batches.flat()).toHaveLength(next);
        expect(await work.leftBehind()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test.each([1, 5, 12])(
    'flushes at once the %i items that were paused across their deadline',
    async count => {
      const { judge, operations, add, pass, work } = stage();
      await operations.pause();
      await add(...ids(0, count));
      for (let minutes = 0; minutes < 10; minutes++) await pass(60_000);
      expect(judge.batches).toEqual([]);
      expect(await operations.resume()).toMatchObject({ flushed: Math.ceil(count / 5) });
      await work.runJobs();
      // also what does not fill a window behind those that are full
      expect(judge.batches.flat().sort()).toEqual(ids(0, count).sort());
      expect(judge.verdict(5)).toEqual([]);
    },
  );

  test.each([
    ['its timer has come and gone meanwhile or not', {}, 60_000],
    ['the ticker arms its timer, it being so far off', { maxWaitMs: 2 * HOUR }, 2 * HOUR],
    ['with quietMs, and it is not quiet until then', { quietMs: 40_000 }, 60_000],
  ])('what is not due yet flushes at its deadline: %s', async (_, options, waitMs) => {
    const { judge, operations, add, pass } = stage({ maxWaitMs: waitMs, ...options });
    await add('a');
    await pass(1_000);
    await operations.pause();
    for (let passed = 0; passed < waitMs / 2; passed += waitMs / 8) await pass(waitMs / 8);
    await add('b');
    expect(await operations.resume()).toMatchObject({ flushed: 0 });
    await pass(1);
    expect(judge.batches).toEqual([]);
    await pass(waitMs / 2 - 10_000);
    expect(judge.batches).toEqual([]);
    await pass(9_500);
    expect(judge.batches).toEqual([['a', 'b']]);
  });

  test('with quietMs: quiet by then, it flushes; otherwise when it has been quiet', async () => {
    const { judge, operations, add, pass } = stage({ maxWaitMs: HOUR, quietMs: 5_000 });
    await add('a');
    await operations.pause();
    await pass(6_000);
    expect(judge.batches).toEqual([]);
    await operations.resume();
    await pass(0);
    expect(judge.batches).toEqual([['a']]);
    await operations.pause();
    await add('b');
    await pass(3_000);
    await operations.resume();
    await pass(500);
    expect(judge.batches).toEqual([['a']]);
    await pass(1_600);
    expect(judge.batches).toEqual([['a'], ['b']]);
  });

  test('lets adds go on as ever, and another pause holds', async () => {
    const { judge, operations, add, work } = stage();
    await operations.pause();
    await add(...ids(0, 4));
    await operations.resume();
    await add('4');
    await work.runJobs();
    expect(judge.batches).toEqual([ids(0, 5)]);
    await operations.pause();
    work.memory.clock.advance(1_001);
    await add(...ids(5, 5));
    await work.runJobs();
    expect(judge.batches).toHaveLength(1);
  });

  // it waits for its deadline, or the next item: the ticker has no reason to look at it before
  test('that died half-way is finished by the ticker: what is full flushes long before it is due', async () => {
    const { judge, operations, add, pass, work } = stage({ maxWaitMs: 20 * HOUR });
    await operations.pause();
    await add(...ids(0, 12));
    const { heads } = work.memory.store;
    const readHeads = heads.readHeads.bind(heads);
    heads.readHeads = () => Promise.reject(new Error('The process died.'));
    await operations.resume().catch(() => {});
    heads.readHeads = readHeads;
    for (let minutes = 0; minutes < 10; minutes++) await pass(60_000);
    expect(judge.batches.map(({ length }) => length)).toEqual([5, 5]);
  });

  test('that died half-way is looked at by the ticker until it is through, and no longer', async () => {
    const { operations, add, pass, work } = stage({ maxWaitMs: 20 * HOUR });
    await operations.pause();
    await add(...ids(0, 12));
    const { heads, index } = work.memory.store;
    const readHeads = heads.readHeads.bind(heads);
    heads.readHeads = () => Promise.reject(new Error('The process died.'));
    await operations.resume().catch(() => {});
    heads.readHeads = readHeads;
    const looks = async () => (await index.start(99)).entries.filter(({ kind }) => kind === 'control').length;
    expect(await looks()).toBe(1);
    await pass(60_000);
    expect(await looks()).toBe(0);
  });

  test('of a batch that is not paused changes nothing but what is due anyway', async () => {
    const { judge, operations, add, work } = stage();
    await add('a');
    expect(await operations.resume()).toMatchObject({ paused: false, flushed: 0, unparked: 0 });
    await work.settle();
    expect(judge.batches).toEqual([['a']]);
  });
});

describe('jobs met while paused', () => {
  const infoOf = async ({ operations }: ReturnType<typeof stage>, id = '') => operations.getJob(id);

  test('are parked without an attempt, and run after resume', async () => {
    const scene = stage({ retries: { max: 0 } });
    const [receipt] = await scene.add(...ids(0, 5));
    await scene.operations.pause();
    scene.clock.advance(1_001);
    for (let days = 0; days < 30; days++) await scene.pass(24 * HOUR);
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'parked', attempt: 0, attempts: [] });
    expect(scene.work.memory.queues.jobs).toEqual([]);
    expect(await scene.operations.resume()).toMatchObject({ unparked: 1 });
    await scene.work.runJobs();
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(scene.judge.verdict(5)).toEqual([]);
  });

  test('also retrying ones: the attempt made counts, and the pause does not', async () => {
    const scene = stage({
      retries: { max: 1, baseDelay: 1_000 },
      handler: context => {
        if (context.attempt === 1) throw new RetryAfterError(600_000);
        scene.judge.handler(context as never);
      },
    });
    const [receipt] = await scene.add(...ids(0, 5));
    await scene.work.runJobs();
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'retrying', attempt: 1 });
    await scene.operations.pause();
    scene.clock.advance(1_001);
    await scene.pass(60_000);
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'parked', attempt: 1 });
    await scene.operations.resume();
    await scene.pass(1_000);
    expect(scene.judge.batches).toEqual([]);
    await scene.pass(540_000);
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  test('also those of persist: false, whose items are stored when they are parked', async () => {
    const scene = stage({ persist: false });
    await scene.operations.pause();
    const [receipt] = await scene.add(...ids(0, 5));
    await scene.work.memory.deployment.memory.flush('size');
    await scene.work.runJobs();
    expect(await infoOf(scene, receipt?.job)).toMatchObject({ status: 'parked', attempt: 0 });
    expect(await scene.operations.getJobItems(receipt?.job ?? '')).toHaveLength(5);
    for (let days = 0; days < 90; days += 5) await scene.pass(5 * 24 * HOUR);
    expect(scene.judge.batches).toEqual([]);
    await scene.operations.resume();
    await scene.work.runJobs();
    expect(scene.judge.batches).toEqual([ids(0, 5)]);
    expect(scene.judge.verdict(5)).toEqual([]);
  });

  test('also retrying ones of persist: false, whose items can be listed from then on', async () => {
    const scene = stage({
      persist: false,
      retries: { max: 1, baseDelay: 1_000 },
      handler: context => {
        if (context.attempt === 1) throw new RetryAfterError(600_000);
        scene.judge.handler(context as never);
      },
    });
    const [{ job } = { job: '' }] = await scene.add(...ids(0, 5));
    await scene.work.memory.deployment.memory.flush('size');
    await scene.work.runJobs();
    expect(await infoOf(scene, job)).toMatchObject({ status: 'retrying', attempt: 1 });
    await scene.operations.pause();
    scene.clock.advance(1_001);
    await scene.pass(600_000);
    expect(await infoOf(scene, job)).toMatchObject({ status: 'parked', attempt: 1 });
    expect(await scene.operations.getJobItems(job)).toHaveLength(5);
    await scene.operations.resume();
    await scene.pass(1_000);
    expect(await infoOf(scene, job)).toMatchObject({ status: 'completed', attempt: 2 });
    const items = await scene.operations.getJobItems(job);
    expect(items.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'done'));
  });
});
