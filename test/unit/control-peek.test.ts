import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { batch } from 'cistern';
import fc from 'fast-check';
import { jobId } from '#lib/buffer/job-id';
import type { PeekOptions, PeekPage } from '#lib/control/peek';
import { MemoryWork } from '../support/memory-work.ts';
import { operators } from '../support/operators.ts';
import { stillClock } from '../support/still-clock.ts';

const DAY_MS = 86_400_000;

interface Item {
  readonly id: number;
  readonly pad?: string;
}

afterEach(() => {
  jest.restoreAllMocks();
});

function stage({ maxSize = 4, shards = 1 } = {}) {
  const definition = batch<Item>({
    name: 'seen',
    maxSize,
    shards,
    maxWaitMs: DAY_MS,
    groupBy: () => 'g',
    handler: () => {},
  });
  const work = new MemoryWork([definition], {}, stillClock());
  const { memory } = work;
  const operations = work.of<Item>(definition);
  const { store, deployment, clock } = memory;
  const peek = (options: PeekOptions = {}) => operations.peek({ group: 'g', ...options });
  const add = (...ids: readonly number[]) =>
    work.add(
      definition,
      ids.map(id => ({ id })),
    );
  /** Takes slots without an item, as a writer does that is on its way or has died. */
  const reserve = (slots: number, shard = 0) =>
    store.heads.reserve({ batch: 'seen', group: 'g', shard }, slots, 0, {
      ...{ cap: maxSize, waitMs: DAY_MS, now: clock.now(), by: 'x', ordered: false },
    });
  const all = async (limit: number): Promise<PeekPage<Item>[]> => {
    const pages = [await peek({ limit })];
    for (let at = pages[0]?.cursor; at !== undefined; at = pages.at(-1)?.cursor) {
      pages.push(await peek({ limit, cursor: at }));
    }
    return pages;
  };
  return { work, memory, store, deployment, clock, operations, peek, add, reserve, all };
}

const idsOf = (pages: readonly PeekPage<Item>[]): number[] =>
  pages.flatMap(({ items }) => items.map(({ item }) => item.id));

describe('a look at what is buffered', () => {
  test('shows each item with its slot, size and age, and when its window is flushed', async () => {
    const { peek, add, clock } = stage();
    const [receipt] = await add(1);
    clock.advance(1_500);
    await add(22);
    clock.advance(250);
    expect(await peek()).toEqual({
      job: receipt?.job,
      deadline: new Date(clock.now() - 1_750 + DAY_MS),
      items: [
        { slot: 0, bytes: 8, ageMs: 1_750, item: { id: 1 } },
        { slot: 1, bytes: 9, ageMs: 250, item: { id: 22 } },
      ],
      unsettled: 0,
      asOf: new Date(clock.now()),
    });
  });

  test('shows nothing where nothing is buffered, or all of it has been flushed', async () => {
    const { peek, add, operations, clock } = stage();
    const nothing = { items: [], unsettled: 0, asOf: new Date(clock.now()) };
    expect(await peek()).toEqual(nothing);
    await add(1);
    await operations.flush('g');
    expect(await peek()).toEqual(nothing);
  });

  test('changes nothing', async () => {
    const { add, all, reserve, memory } = stage();
    await add(1, 2);
    await reserve(1);
    const before = [...memory.store.table.records()];
    await all(1);
    expect([...memory.store.table.records()]).toEqual(before);
  });

  test('shows all items of all windows and shards once, in their order, whatever a page holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 7 }),
        async (bulks, maxSize, shards, limit) => {
          const { operations, add, all } = stage({ maxSize, shards });
          // nothing is sealed, so that windows stand behind one another
          await operations.pause();
          const places = new Map<number, string>();
          let next = 0;
          for (const bulk of bulks) {
            const ids = Array.from({ length: bulk }, () => next++);
            const receipts = await add(...ids);
            for (const [index, { job, slot }] of receipts.entries())
              places.set(ids[index] ?? -1, `${job} ${slot}`);
          }
          const pages = await all(limit);
          const seen = pages.flatMap(({ job, items }) =>
            items.map(each => [each.item.id, `${job} ${each.slot}`]),
          );
          expect(new Map(seen as [number, string][])).toEqual(places);
          expect(seen).toHaveLength(next);
          expect(pages.every(({ items, unsettled }) => items.length <= limit && unsettled === 0)).toBe(true);
          if (shards === 1) expect(idsOf(pages)).toEqual([...places.keys()]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('skips slots that are reserved and where nothing has landed, and says how many', async () => {
    const { add, reserve, all, peek } = stage({ maxSize: 9 });
    await add(1);
    await reserve(2);
    await add(2);
    await reserve(3);
    expect(await peek()).toMatchObject({ items: [{ slot: 0 }, { slot: 3 }], unsettled: 5 });
    for (const limit of [1, 2, 3]) {
      const pages = await all(limit);
      expect(idsOf(pages)).toEqual([1, 2]);
      expect(pages.reduce((sum, { unsettled }) => sum + unsettled, 0)).toBe(5);
    }
  });

  test('passes over slots that are closed, which are nobody’s', async () => {
    const { add, reserve, peek, store, deployment } = stage();
    await add(1);
    const { epoch, window } = await reserve(1);
    await add(2);
    const job = jobId(deployment.services.deployment, { batch: 'seen', group: 'g', shard: 0 }, epoch, window);
    await store.windows.putTombstone(job, { kind: 'tombstone', slot: 1, slots: 1 });
    expect(await peek()).toMatchObject({ items: [{ slot: 0 }, { slot: 2 }], unsettled: 0 });
  });

  test('goes on with what is buffered now where the window of a cursor has been flushed', async () => {
    const { add, peek, operations } = stage({ maxSize: 9 });
    await add(1, 2, 3);
    const { cursor = '' } = await peek({ limit: 2 });
    await operations.flush('g');
    expect(await peek({ cursor })).toMatchObject({ items: [], unsettled: 0 });
    await add(4);
    expect(idsOf([await peek({ cursor })])).toEqual([4]);
  });

  test('reads the heads once and one page of records, however much is buffered', async () => {
    const { operations, add, peek, store } = stage({ maxSize: 3, shards: 2 });
    await operations.pause();
    for (let bulk = 0; bulk < 10; bulk++) await add(1, 2, 3, 4, 5);
    const reads = [jest.spyOn(store.heads, 'readHeads'), jest.spyOn(store.windows, 'readPage')];
    const { cursor = '' } = await peek({ limit: 2 });
    await peek({ limit: 2, cursor });
    for (const read of reads) expect(read).toHaveBeenCalledTimes(2);
    expect(reads[1]?.mock.calls.map(([, , , limit]) => limit)).toEqual([2, 2]);
  });

  test('ends a page at a megabyte of items', async () => {
    const { work, all } = stage({ maxSize: 100 });
    const pad = 'x'.repeat(300_000);
    const definition = work.memory.deployment.services.definitionOf('seen') ?? {};
    await work.add(
      definition,
      Array.from({ length: 8 }, (_, id) => ({ id, pad })),
    );
    const pages = await all(500);
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 2]);
    expect(idsOf(pages)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('says no age of an item that an earlier version has stored', async () => {
    const { add, peek, store } = stage();
    await add(1);
    const chunk = [...store.table.records()].find(({ kind }) => kind === 'chunk');
    await store.table.update(
      { pk: String(chunk?.['pk']), sk: String(chunk?.['sk']) },
      { update: 'REMOVE #at', condition: 'attribute_exists(#pk)' },
    );
    expect((await peek()).items).toEqual([{ slot: 0, bytes: 8, item: { id: 1 } }]);
  });

  test.each<PeekOptions>([
    { limit: 0 },
    { limit: 501 },
    { limit: 1.5 },
    { cursor: 'x' },
    { cursor: Buffer.from('[0,"e",-1,0,0]').toString('base64url') },
    { cursor: Buffer.from('{"__proto__":1}').toString('base64url') },
    { group: undefined },
  ])('refuses %j', async options => {
    await expect(stage().peek(options)).rejects.toMatchObject({ code: 'request.malformed' });
  });
});

describe('over HTTP', () => {
  const GROUPED = `/v1/batches/${encodeURIComponent('A.b_c:d-1')}`;

  test('and by direct invocation it is the same', async () => {
    const { get, post } = operators();
    await post('/v1/batches/plain/items', { items: [{ id: 1 }] });
    const { status, body } = await get('/v1/batches/plain/peek?limit=5');
    expect([status, body]).toMatchObject([200, { items: [{ slot: 0, item: { id: 1 } }], unsettled: 0 }]);
    await post(`${GROUPED}/items`, { items: [{ g: '' }, { g: 'a' }] });
    expect((await get(`${GROUPED}/peek?group=a`)).body).toMatchObject({ items: [{ item: { g: 'a' } }] });
  });

  test('a caller is never answered with a 5xx, whatever it asks', async () => {
    const { get, post } = operators();
    await post('/v1/batches/plain/items', { items: [{ id: 1 }, { id: 2 }] });
    await post(`${GROUPED}/items`, { items: [{ g: 'a' }] });
    const number = fc.oneof(fc.nat(3), fc.integer(), fc.double(), fc.maxSafeInteger());
    const place = fc.tuple(number, fc.oneof(fc.string(), number), number, number, number);
    const cursor = fc.oneof(
      fc.string(),
      fc
        .oneof(
          fc.json(),
          place.map(parts => JSON.stringify(parts)),
        )
        .map(toCursor),
    );
    const query = fc.record(
      {
        group: fc.oneof(fc.constant('a'), fc.string()),
        limit: fc.oneof(fc.nat(600).map(String), fc.string()),
        cursor,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/batches/plain', GROUPED, '/v1/batches/quick'),
        query,
        async (path, given) => {
          const { status } = await get(`${path}/peek?${new URLSearchParams(given)}`);
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a batch that gathers in memory is refused', async () => {
    const { status, body } = await operators().get('/v1/batches/quick/peek');
    expect([status, body['code'], body['detail']]).toEqual([
      400,
      'request.malformed',
      expect.stringContaining('persist: false'),
    ]);
  });
});

const toCursor = (json: string): string => Buffer.from(json).toString('base64url');
