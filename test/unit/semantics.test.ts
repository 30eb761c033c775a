import { describe, expect, test } from '@jest/globals';
import { type BatchEvent, type BatchOptions, batch } from 'cistern';
import fc from 'fast-check';
import { MemoryWork } from '../support/memory-work.ts';

/* What docs/semantics.md promises and no other test holds. */

function stage(change: Partial<BatchOptions<number>> = {}) {
  const seen: number[][] = [];
  const events: BatchEvent[] = [];
  const definition = batch<number>({
    name: 'all',
    maxSize: 5,
    maxWaitMs: 60_000,
    handler: ({ batch: items }) => void seen.push([...items]),
    ...change,
  });
  const emit = async (event: BatchEvent) => void events.push(event);
  const work = new MemoryWork([definition], { emit });
  return { seen, events, definition, work, operations: work.of<number>(definition) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('the order of items', () => {
  test('that are added one after the other, each when the last is stored, is theirs, over windows too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.nat(20), async (maxSize, count) => {
        const { seen, definition, work } = stage({ maxSize });
        const receipts = [];
        for (const n of upTo(count)) receipts.push(...(await work.add(definition, [n])));
        await work.settle();
        expect(seen.flat()).toEqual(upTo(count));
        expect(receipts.map(({ slot }) => slot)).toEqual(upTo(count).map(n => n % maxSize));
      }),
      { numRuns: 25 },
    );
  });

  test('of a bulk is that of the bulk, in each group by itself', async () => {
    const { seen, definition, work, operations } = stage({ groupBy: n => String(n % 3) });
    await work.add(definition, upTo(30));
    await operations.flush();
    await work.settle();
    for (const rest of [0, 1, 2]) {
      const group = seen.filter(([first]) => (first ?? 0) % 3 === rest);
      expect(group.flat()).toEqual(upTo(30).filter(n => n % 3 === rest));
    }
  });

  test('of a bulk with dedup keys is that of the bulk, copies left out', async () => {
    const { seen, definition, work, operations } = stage({ deduplicateBy: String, maxSize: 10 });
    await work.add(definition, [3, 1, 3, 2, 1, 0]);
    await operations.flush();
    await work.settle();
    expect(seen).toEqual([[3, 1, 2, 0]]);
  });
});

describe('what is told at the most once', () => {
  const hooks: string[] = [];
  const told = (change: Partial<BatchOptions<number>>) =>
    stage({
      events: true,
      hooks: {
        onSuccess: () => void hooks.push('onSuccess'),
        onFail: () => void hooks.push('onFail'),
      },
      ...change,
    });

  test.each<[string, Partial<BatchOptions<number>>, string[], string[]]>([
    ['has completed', {}, ['onSuccess'], ['Cistern Batch Sealed', 'Cistern Batch Succeeded']],
    [
      'has failed for good',
      {
        handler: () => {
          throw new Error('no');
        },
      },
      ['onFail'],
      ['Cistern Batch Sealed', 'Cistern Attempt Failed', 'Cistern Batch Dead'],
    ],
  ])(
    'a message that comes again of a job that %s calls no hook and sends no event',
    async (_, change, called, sent) => {
      hooks.length = 0;
      const { events, definition, work } = told(change);
      const [receipt] = await work.add(definition, upTo(5));
      await work.settle();
      const { queues } = work.memory;
      await queues.sendJob('all', { job: receipt?.job ?? '' }, undefined);
      await queues.sendDead('all', { job: receipt?.job ?? '' });
      await work.settle();
      expect(hooks).toEqual(called);
      expect(events.map(({ type }) => type)).toEqual(sent);
    },
  );
});

test('a receipt names the job and the slot, and a batch may have fewer items than slots before it', async () => {
  const { seen, definition, work, operations } = stage({ hooks: { beforeFlush: items => items.slice(1) } });
  const receipts = await work.add(definition, [7, 8]);
  expect(receipts.map(({ slot }) => slot)).toEqual([0, 1]);
  await operations.flush();
  await work.settle();
  expect(seen).toEqual([[8]]);
  expect(await operations.getJob(receipts[0]?.job ?? '')).toMatchObject({ counts: { slots: 2, items: 1 } });
});
