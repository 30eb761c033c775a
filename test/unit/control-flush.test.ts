import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import fc from 'fast-check';
import { Judge } from '../support/judge.ts';
import { judgedAdds } from '../support/judged-adds.ts';
import { MemoryWork } from '../support/memory-work.ts';

interface Item {
  readonly id: string;
  readonly group: string;
}

const MAX_SIZE = 5;

function stage() {
  const judge = new Judge();
  const definition = batch<Item>({
    name: 'flushed',
    maxSize: MAX_SIZE,
    maxWaitMs: 600_000,
    groupBy: ({ group }) => group,
    retries: { max: 1 },
    handler: judge.handler,
  });
  const work = new MemoryWork([definition]);
  const add = judgedAdds(work, definition, judge);
  return { judge, work, add, operations: work.of<Item>(definition) };
}

describe('flush', () => {
  test('tells the jobs that it has made, with their groups and sizes, and each of them runs', async () => {
    const { judge, work, add, operations } = stage();
    const [a, b] = [await add('a', 2), await add('b', 3)];
    const jobs = await operations.flush();
    expect([...jobs].sort((one, other) => one.items - other.items)).toEqual([
      { job: a[0]?.job, group: 'a', items: 2 },
      { job: b[0]?.job, group: 'b', items: 3 },
    ]);
    await work.runJobs();
    for (const { job, items } of jobs) {
      expect(await operations.getJob(job)).toMatchObject({
        status: 'completed',
        flushReason: 'manual',
        counts: { items },
      });
    }
    expect(judge.verdict(MAX_SIZE)).toEqual([]);
    expect(await operations.flush()).toEqual([]);
  });

  test.each<['flush' | 'startDrain']>([['flush'], ['startDrain']])(
    '%s makes jobs of all that was there, whatever is added or sealed between its look and its seal',
    async operation => {
      const counts = fc.array(fc.nat(2 * MAX_SIZE + 1), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 4 * MAX_SIZE }), counts, async (before, meanwhile) => {
          const { judge, work, add, operations } = stage();
          const receipts = await add('a', before);
          const { seals } = work.memory.store;
          for (const name of ['sealOpen', 'sealFull'] as const) {
            const seal = seals[name].bind(seals) as (
              ...given: unknown[]
            ) => ReturnType<typeof seals.sealOpen>;
            seals[name] = async (...given: unknown[]) => {
              await add('a', meanwhile.pop() ?? 0);
              return seal(...given);
            };
          }
          await operations[operation]();
          const run = async () => {
            for (let ran = 1; ran > 0; ) ran = await work.runJobs();
          };
          await run();
          for (const job of new Set(receipts.map(({ job }) => job))) {
            expect(await operations.getJob(job)).toMatchObject({ status: 'completed' });
          }
          meanwhile.length = 0;
          await operations.resume();
          await operations.flush();
          await run();
          expect(judge.verdict(MAX_SIZE)).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );

  test('of a group leaves all others; of one that has nothing makes nothing', async () => {
    const { add, operations } = stage();
    await add('a', 2);
    await add('', 3);
    expect(await operations.flush('')).toMatchObject([{ group: '', items: 3 }]);
    expect(await operations.flush('nobody')).toEqual([]);
    expect(await operations.getBufferSize('a')).toBe(2);
    expect(await operations.getBufferSize()).toBe(2);
  });

  test('of a paused batch is refused, from the moment at which pause() has returned', async () => {
    const { add, operations, work } = stage();
    // this process has just asked, and believes for a second that the batch is free
    await add('a', 2);
    await operations.pause();
    await expect(operations.flush()).rejects.toMatchObject({
      name: 'BusyError',
      code: 'batch.paused',
      details: { batch: 'flushed' },
    });
    await expect(operations.flush('a')).rejects.toMatchObject({ code: 'batch.paused' });
    expect(await operations.getBufferSize('a')).toBe(2);
    expect(work.memory.queues.jobs).toEqual([]);
    await operations.resume();
    expect(await operations.flush('a')).toHaveLength(1);
  });

  test('forced, it makes jobs of a paused batch, which are parked until it is resumed', async () => {
    const { judge, add, operations, work } = stage();
    await add('a', 2);
    await operations.pause();
    work.memory.clock.advance(1_001);
    const [flushed] = await operations.flush(undefined, { force: true });
    await work.runJobs();
    expect(judge.batches).toEqual([]);
    expect(await operations.getJob(flushed?.job ?? '')).toMatchObject({ status: 'parked', attempt: 0 });
    expect(await operations.resume()).toMatchObject({ unparked: 1, flushed: 0 });
    await work.runJobs();
    expect(judge.verdict(MAX_SIZE)).toEqual([]);
    expect(judge.batches).toHaveLength(1);
  });

  test('racing with adds and other flushes never makes a batch over maxSize, loses or doubles nothing', async () => {
    const step = fc.oneof(
      fc.record({ group: fc.constantFrom('a', 'b'), count: fc.integer({ min: 1, max: 12 }) }),
      fc.constantFrom('flush' as const, 'flush a' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), async steps => {
        const { judge, work, add, operations } = stage();
        const told = await Promise.all(
          steps.map(async each => {
            if (each === 'flush') return operations.flush();
            if (each === 'flush a') return operations.flush('a');
            await add(each.group, each.count);
            return [];
          }),
        );
        await work.settle();
        expect(judge.verdict(MAX_SIZE)).toEqual([]);
        // each job is told by one flush at the most, and is as large as that said
        const jobs = told.flat();
        expect(new Set(jobs.map(({ job }) => job)).size).toBe(jobs.length);
        for (const { job, items } of jobs) expect(judge.runs.get(job)?.[0]).toHaveLength(items);
        expect(await work.leftBehind()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('of a persist: false batch sends what this process holds, of that group alone', async () => {
    const judge = new Judge();
    const definition = batch<Item>({
      name: 'memory',
      maxSize: 10,
      maxWaitMs: 60_000,
      persist: false,
      groupBy: ({ group }) => group,
      handler: judge.handler,
    });
    const work = new MemoryWork([definition]);
    const operations = work.of<Item>(definition);
    await work.add(definition, [
      { id: '1', group: 'a' },
      { id: '2', group: 'b' },
    ]);
    expect(await operations.getBufferSize('a')).toBe(1);
    expect(await operations.flush('a')).toMatchObject([{ group: 'a', items: 1 }]);
    expect(await operations.getBufferSize()).toBe(1);
    await operations.pause();
    await expect(operations.flush()).rejects.toMatchObject({ code: 'batch.paused' });
    expect(await operations.getBufferSize()).toBe(1);
    await operations.resume();
    expect(await operations.flush()).toHaveLength(1);
    await work.runJobs();
    expect(judge.batches).toEqual([['1'], ['2']]);
  });
});
