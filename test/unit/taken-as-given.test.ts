import { afterEach, describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { stopUsing, use } from '#lib/deployment/current';
import { runJob } from '#lib/jobs/run';
import { memoryDeployment } from '../support/memory-deployment.ts';

interface Event {
  n: number;
  deep?: { list: number[] };
  at?: Date;
}

const define = (change: Partial<BatchOptions<Event>> = {}): Definition =>
  batch<Event>({ name: 'events', maxSize: 100, maxWaitMs: 60_000, handler: () => {}, ...change }) as never;

/** Looks at an item only some time after it was given it. */
const slowSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    async validate(value: unknown) {
      for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
      return { value: value as Event };
    },
  },
} as const;

describe('what is added is what it was when add was called, whatever its owner does to it afterwards', () => {
  test.each<[string, Partial<BatchOptions<Event>>]>([
    ['plainly', {}],
    [
      'with keys and bounds of its own',
      {
        groupBy: ({ n }) => `g${n}`,
        deduplicateBy: ({ n }) => `d${n}`,
        urgent: ({ n }) => n === 2,
        limits: () => ({ maxSize: 50 }),
      },
    ],
    ['with a schema that takes its time', { schema: slowSchema, groupBy: ({ n }) => `g${n}` }],
  ])('%s', async (_, change) => {
    const world = memoryDeployment();
    const item: Event = { n: 1, deep: { list: [1, 2] }, at: new Date(0) };
    const items = [item, { n: 1 }];
    const adding = world.deployment.add(
      define({ ...change, deduplicateBy: ({ deep }) => (deep ? 'a' : 'b') }),
      items,
    );
    item.n = 2;
    item.deep?.list.push(3);
    item.at?.setTime(1);
    items.pop();
    items[0] = { n: 9 };
    const receipts = await adding;
    expect(receipts).toHaveLength(2);
    const { items: stored } = await readWindow(world.deployment.services, receipts[0]?.job ?? '', 2);
    expect(stored).toEqual([{ n: 1, deep: { list: [1, 2] }, at: '1970-01-01T00:00:00.000Z' }, { n: 1 }]);
    expect([...world.store.allHeads().values()][0]?.pending).toEqual([]);
  });

  test('in memory', async () => {
    const world = memoryDeployment();
    const seen: unknown[] = [];
    const definition = define({ persist: false, handler: ({ batch: items }) => void seen.push(...items) });
    const item: Event = { n: 1 };
    const adding = world.deployment.add(definition, [item]);
    item.n = 2;
    await adding;
    item.n = 3;
    await world.deployment.close();
    const message = world.queues.jobs[0]?.message;
    if (message) await runJob(world.deployment.services, definition, { message, receiptHandle: 'r' });
    expect(seen).toEqual([{ n: 1 }]);
  });

  test('a schema gets copies of what is plain, and objects of a class as they are', async () => {
    class Money {
      readonly #cents: number;
      constructor(cents: number) {
        this.#cents = cents;
      }
      toJSON() {
        return this.#cents;
      }
    }
    const given = {
      money: new Money(5),
      when: new Date(0),
      map: new Map([['a', { n: 1 }]]),
      set: new Set([1]),
      bytes: Buffer.from('a'),
      typed: new Uint8Array([1]),
      ['__proto__']: 1,
    };
    Object.defineProperty(given, '__proto__', { value: 1, enumerable: true });
    let got: typeof given | undefined;
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => {
          got = value as typeof given;
          return { value: { n: 0 } };
        },
      },
    } as const;
    const { deployment } = memoryDeployment();
    await deployment.add(define({ schema: schema as never }), [given]);
    expect(got).toEqual(given);
    expect(got?.money).toBe(given.money);
    expect(Buffer.isBuffer(got?.bytes)).toBe(true);
    for (const key of ['when', 'map', 'set', 'bytes', 'typed'] as const)
      expect(got?.[key]).not.toBe(given[key]);
    expect(Object.hasOwn(got ?? {}, '__proto__')).toBe(true);
  });
});

describe('what a function is given holds as it was when the function was called', () => {
  const world = memoryDeployment();
  afterEach(() => stopUsing(world.deployment));

  test('an operation’s options', async () => {
    use(world.deployment);
    const events = batch<Event>({ name: 'events', maxSize: 100, maxWaitMs: 60_000, handler: () => {} });
    const options = { ingestion: true };
    const pausing = events.pause(options);
    options.ingestion = false;
    expect(await pausing).toMatchObject({ paused: true, ingestionPaused: true });
    const filter = { limit: 1 };
    const listing = events.getJobs(filter);
    filter.limit = -1;
    expect(await listing).toEqual({ jobs: [] });
    const waiting = { timeoutMs: 1 };
    const waited = events.waitFor('none', waiting);
    waiting.timeoutMs = 1_000_000;
    await expect(waited).rejects.toMatchObject({ details: { timeoutMs: 1 } });
  });

  test('a definition’s options', () => {
    const options = {
      name: 'events',
      maxSize: 100,
      maxWaitMs: 60_000,
      handler: () => {},
      throttle: { max: 1, duration: 1_000 },
      retries: { max: 1 },
      retention: { completed: 60_000 },
      tags: ['a'],
    };
    const definition = batch<Event>(options);
    options.throttle.max = 50;
    options.retries.max = 50;
    options.retention.completed = 1;
    options.tags.push('b');
    expect(definition).toMatchObject({
      throttle: { max: 1 },
      retries: { max: 1 },
      retention: { completed: 60_000 },
      tags: ['a'],
    });
  });
});
