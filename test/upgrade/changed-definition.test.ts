import { beforeEach, describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import type { Thing } from './definitions.ts';
import { Evidence } from './evidence.ts';
import { type Process, Stage } from './stage.ts';

type Options = Partial<BatchOptions<Thing>>;

/** What docs/upgrading.md says that a changed definition does to what is buffered and to what runs. */
describe('a definition that changes with a deployment', () => {
  let stage: Stage;
  let evidence: Evidence;

  beforeEach(() => {
    stage = new Stage();
    evidence = new Evidence();
  });

  const deploy = (options: Options = {}): Process =>
    stage.process([
      batch<Thing>({
        name: 'b',
        maxSize: 5,
        maxWaitMs: 60_000,
        handler: context => evidence.run('b', context, () => false),
        ...options,
      }) as unknown as Definition,
    ]);
  const operations = ({ deployment, definitions: [definition] }: Process) =>
    operationsOf(deployment, definition as Definition);
  const add = (process: Process, ...ids: string[]) =>
    evidence.add(process, 'b', ...ids.map(id => ({ id, group: id.slice(0, 1), key: id.slice(0, 1) })));
  const batches = () => evidence.runs.map(({ ids }) => ids.join());
  const promises = () =>
    evidence.verdict(
      () => 5,
      () => false,
    );

  test('a smaller maxSize: the open window counts as full at it, and the next one has it', async () => {
    await add(deploy(), 'a1', 'a2');
    const newer = deploy({ maxSize: 2, maxWaitMs: 3_600_000 });
    await add(newer, 'a3', 'a4', 'a5');
    await stage.deliver(newer);
    expect(batches()).toEqual(['a1,a2,a3,a4,a5']);
    await add(newer, 'a6', 'a7', 'a8');
    await stage.deliver(newer);
    expect(batches().slice(1)).toEqual(['a6,a7']);
    await stage.run(newer, 2);
    expect(batches()).toHaveLength(2);
    await stage.run(newer, 60);
    expect(batches().slice(2)).toEqual(['a8']);
    expect(promises()).toEqual([]);
  });

  test.each([2, 8])('maxSize, from 5 to %i: holds soon on a buffer that is never empty', async maxSize => {
    const ids = (from: number, n: number) => Array.from({ length: n }, (_, i) => `a${from + i}`);
    await add(deploy(), ...ids(0, 3));
    const newer = deploy({ maxSize });
    let added = 3;
    // each bulk leaves a window open behind full ones
    for (let bulk = 0; bulk < 6; bulk++) {
      await add(newer, ...ids(added, 11));
      added += 11;
    }
    await stage.deliver(newer);
    const sizes = evidence.runs.map(run => run.ids.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(5, maxSize));
    expect(sizes.slice(-4)).toEqual([maxSize, maxSize, maxSize, maxSize]);
  });

  const groupBy = ({ group = '' }: Thing) => group;
  test.each<[string, Options, Options, number]>([
    ['groupBy, added', {}, { groupBy }, 1],
    ['groupBy, removed', { groupBy }, {}, 2],
    ['shards, fewer', { shards: 8 }, { shards: 1 }, 0],
    ['shards, more', {}, { shards: 8 }, 1],
    ['persist, off', {}, { persist: false }, 1],
  ])('%s: what is buffered comes out at its deadline, where it was', async (_, before, after, atLeast) => {
    const older = deploy(before);
    for (const id of ['a1', 'b1', 'a2', 'b2']) await add(older, id);
    await stage.run(deploy(after), 3);
    expect(promises()).toEqual([]);
    expect(batches().length).toBeGreaterThanOrEqual(Math.max(1, atLeast));
  });

  test.each<[string, Options, Options]>([
    ['groupBy, removed', { groupBy }, {}],
    ['groupBy, added', {}, { groupBy }],
    ['shards, fewer', { shards: 8 }, {}],
    ['shards, fewer, with groups', { groupBy, shards: 8 }, { groupBy }],
  ])('%s: status, flush and drain of the batch see what is buffered elsewhere', async (_, before, after) => {
    const older = deploy(before);
    for (const id of ['a1', 'b1', 'a2', 'b2']) await add(older, id);
    const newer = deploy(after);
    await add(newer, 'a3');
    expect(await operations(newer).getBufferSize()).toBe(5);
    expect((await operations(newer).status()).buffers.items).toBe(5);
    const sum = (of: readonly { items: number }[]) => of.reduce((all, { items }) => all + items, 0);
    expect(sum(await operations(newer).flush())).toBe(5);
    await add(older, 'a4');
    const draining = operations(newer).drain();
    await stage.run(newer, 3);
    expect(await draining).toMatchObject({ state: 'drained', flushed: 1 });
    expect(promises()).toEqual([]);
  });

  test.each<[string, NonNullable<Options['deduplicateBy']>]>([
    ['a function that gives equal keys', ({ key = '' }) => key],
    ['one that gives no key', () => undefined as unknown as string],
    [
      'one that throws',
      () => {
        throw new Error('not one of mine');
      },
    ],
    ['a ttl', { key: ({ key = '' }) => key, ttlMs: 60_000 }],
  ])('deduplicateBy, added with %s: what was taken before is kept', async (_, deduplicateBy) => {
    const older = deploy();
    await add(older, 'a1', 'a2', 'b1');
    const newer = deploy({ deduplicateBy });
    await stage.run(newer, 2);
    expect(batches()).toEqual(['a1,a2,b1']);
    const [job] = (await operations(newer).getJobs()).jobs;
    expect(await operations(newer).getJobItems(job?.id ?? '')).toHaveLength(3);
    expect(promises()).toEqual([]);
  });

  test('deduplicateBy, removed: what was a duplicate stays one, what comes now is kept', async () => {
    await add(deploy({ deduplicateBy: ({ key = '' }) => key }), 'a1', 'b1');
    await add(deploy({ deduplicateBy: ({ key = '' }) => key }), 'a2');
    const newer = deploy();
    await add(newer, 'a3');
    await stage.run(newer, 2);
    expect(batches()).toEqual(['a1,b1,a3']);
    expect(promises()).toEqual([]);
  });

  test('retries: attempts that were made count towards the new number', async () => {
    const failing = (options: Options): Options => ({
      ...options,
      handler: context => {
        evidence.run('b', context, () => true);
        throw new Error('It fails.');
      },
    });
    const older = deploy(failing({ retries: { max: 5, strategy: 'fixed', baseDelay: 1_000 } }));
    await add(older, 'a1', 'a2', 'a3', 'a4', 'a5');
    await stage.deliver(older);
    stage.clock.advance(1_000);
    await stage.deliver(older);
    expect(evidence.runs).toHaveLength(2);
    const fewer = deploy(failing({ retries: { max: 1 } }));
    await stage.run(fewer, 5);
    expect((await operations(fewer).getJobs()).jobs).toMatchObject([{ status: 'failed', attempt: 2 }]);
    expect(evidence.runs).toHaveLength(2);
  });

  test('ordered, off: what waited in line goes on within minutes', async () => {
    let failures = 1;
    const older = deploy({
      groupBy,
      ordered: true,
      retries: { max: 3 },
      handler: () => {
        if (failures-- > 0) throw new Error('once more');
      },
    });
    await add(older, ...Array.from({ length: 10 }, (_, i) => `a${i}`));
    await stage.deliver(older);
    await stage.run(deploy({ groupBy, retries: { max: 3 } }), 5);
    expect(promises()).toEqual([]);
  });

  test.each<[string, Options, Options]>([
    ['joined', {}, { pool: 'small' }],
    ['left', { pool: 'small' }, {}],
  ])('pool, %s: jobs of the queue that is gone run within two minutes', async (_, before, after) => {
    const older = deploy(before);
    await add(older, 'a1', 'a2', 'a3', 'a4', 'a5');
    await add(older, 'a6');
    // the messages go with their queue
    stage.queues.held.length = 0;
    const newer = deploy(after);
    await add(newer, 'a7');
    await stage.run(newer, 2);
    expect(batches().sort()).toEqual(['a1,a2,a3,a4,a5', 'a6,a7']);
    expect(promises()).toEqual([]);
  });

  test('removed, and back: what was buffered, and its jobs, wait in the table', async () => {
    const older = deploy();
    await add(older, 'a1', 'a2', 'a3', 'a4', 'a5');
    await add(older, 'a6');
    const without = stage.process([], {
      services: {
        queues: {
          ...stage.queues,
          sendJob: async () => {
            throw new Error('There is no such queue.');
          },
          sendTimer: message => stage.queues.sendTimer(message),
          sendDead: async () => {},
          setVisibility: async () => {},
        },
      },
    });
    stage.queues.held.length = 0;
    await stage.run(without, 10);
    expect(evidence.runs).toEqual([]);
    await stage.run(deploy(), 20);
    expect(promises()).toEqual([]);
  });
});
