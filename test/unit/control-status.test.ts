import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { listGroups } from '#lib/control/groups';
import type { BatchStatus } from '#lib/control/status';
import type { Definition } from '#lib/definition/options';
import { listBatches } from '#lib/operations/list-batches';
import { countReads } from '../support/count-reads.ts';
import { MemoryWork } from '../support/memory-work.ts';

interface Item {
  readonly id: number;
  readonly group: string;
}

const MINUTE = 60_000;

/** What its handler does is told by the group. */
function stage(shards = 1) {
  const definition = batch<Item>({
    name: 'shown',
    maxSize: 4,
    maxWaitMs: 3_600_000,
    groupBy: ({ group }) => group,
    retries: { max: 1, baseDelay: 3_000_000 },
    deadLetter: { enabled: true },
    shards,
    tags: ['t'],
    handler: ({ groupKey = '', attempt, discard }) => {
      if (groupKey.startsWith('retries') && attempt === 1) throw new Error(`no ${groupKey}`);
      if (groupKey.startsWith('dies')) discard(`never ${groupKey}`);
    },
  });
  const work = new MemoryWork([definition]);
  let next = 0;
  const add = (group: string, count: number) =>
    work.add(
      definition,
      Array.from({ length: count }, () => ({ id: next++, group })),
    );
  const page = (limit: number, cursor?: string) =>
    listGroups(work.memory.deployment.services, definition as unknown as Definition, { limit, cursor });
  return { work, add, page, operations: work.of<Item>(definition), clock: work.memory.clock };
}

describe('status', () => {
  test('of a batch that nothing has happened to is all zeros, with its options as data', async () => {
    const { operations } = stage(3);
    expect(await operations.status()).toEqual({
      batch: 'shown',
      paused: false,
      ingestionPaused: false,
      draining: false,
      options: {
        maxSize: 4,
        maxWaitMs: 3_600_000,
        persist: true,
        shards: 3,
        ordered: false,
        tags: ['t'],
        retries: expect.objectContaining({ max: 1, baseDelay: 3_000_000 }),
        grouped: true,
        deduplicated: false,
        deadLetter: true,
      },
      buffers: { open: 0, items: 0, asOf: expect.any(Date) },
      jobs: { waiting: 0, active: 0, retrying: 0, parked: 0, completed: 0, failed: 0, dead: 0 },
      throughput: {
        minutes: [],
        lastMinute: { flushed: 0, completed: 0, failed: 0, failedAttempts: 0 },
        partial: false,
      },
      lastErrors: [],
    });
    expect(JSON.parse(JSON.stringify(await operations.status()))).toMatchObject({ batch: 'shown' });
  });

  test('tells what is buffered, since when, and what has become of each job', async () => {
    const { work, add, operations, clock } = stage();
    // a minute with two batches, one with none, one with one
    clock.advance(MINUTE - (clock.now() % MINUTE));
    // the clock goes on by itself: a millisecond may have passed
    const first = clock.now() - (clock.now() % MINUTE);
    await add('fine 1', 4);
    await add('fine 2', 4);
    await work.runJobs();
    clock.advance(2 * MINUTE);
    await add('fine 3', 4);
    for (let i = 1; i <= 7; i++) {
      await add(`dies ${i}`, 4);
      await work.runJobs();
      clock.advance(1_000);
    }
    await add('retries', 4);
    await work.runJobs();
    const opened = clock.now();
    await add('open 1', 1);
    clock.advance(5_000);
    await add('open 2', 3);
    await add('waits', 4);
    const status = await operations.status();
    expect(status).toMatchObject({
      paused: false,
      buffers: { open: 2, items: 4 },
      jobs: { waiting: 1, active: 0, retrying: 1, parked: 0, completed: 3, failed: 0, dead: 7 },
      throughput: {
        minutes: [
          { at: new Date(first), items: 8, batches: 2 },
          { at: new Date(first + 2 * MINUTE), items: 4, batches: 1 },
        ],
        partial: false,
      },
    });
    const oldest = status.buffers.oldestItemAt?.getTime() ?? 0;
    expect(Math.abs(oldest - opened)).toBeLessThan(1_000);
    expect(status.jobs.capped).toBeUndefined();
    // the newest five of eight failures
    expect(status.lastErrors.map(({ group, message, status: of }) => [group, message, of])).toEqual([
      ['retries', 'no retries', 'retrying'],
      ['dies 7', 'never dies 7', 'dead'],
      ['dies 6', 'never dies 6', 'dead'],
      ['dies 5', 'never dies 5', 'dead'],
      ['dies 4', 'never dies 4', 'dead'],
    ]);
    // what is older than an hour is no throughput any more
    clock.advance(59 * MINUTE);
    expect((await operations.status()).throughput.minutes).toHaveLength(1);
    clock.advance(2 * MINUTE);
    expect((await operations.status()).throughput.minutes).toEqual([]);
  });

  test('while paused and while draining says so, and since when', async () => {
    const { add, operations, clock } = stage();
    await add('a', 1);
    const { since } = await operations.pause({ ingestion: true });
    expect(await operations.status()).toMatchObject({ paused: true, ingestionPaused: true, since });
    clock.advance(1_000);
    await operations.startDrain();
    expect(await operations.status()).toMatchObject({ paused: true, ingestionPaused: true, draining: true });
    await operations.resume();
    expect(await operations.status()).toMatchObject({
      paused: false,
      ingestionPaused: false,
      draining: false,
    });
  });
});

test('a status that fails while its throughput is known fails its caller, and not the process', async () => {
  const { add, work, operations } = stage();
  for (let i = 0; i < 60; i++) await add(`fine ${i}`, 4);
  for (let i = 0; i < 200; i++) await add(`also fine ${i}`, 4);
  while ((await work.runJobs()) > 0);
  await operations.status();
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  try {
    work.memory.store.jobs.openFrom = () => Promise.reject(new Error('no answer'));
    work.memory.store.jobs.list = () => Promise.reject(new Error('no answer'));
    await expect(operations.status()).rejects.toThrow('no answer');
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(unheard).toEqual([]);
  } finally {
    process.off('unhandledRejection', hear);
  }
});

describe('what a status reads of a batch with many open groups', () => {
  const GROUPS = 3_000;

  /** Opens windows of so many groups, as their adds would. */
  async function withGroups() {
    const staged = stage();
    const { store, clock } = staged.work.memory;
    const opening = { cap: 4, waitMs: MINUTE, now: clock.now(), ordered: false };
    for (let i = 0; i < GROUPS; i++) {
      const buffer = { batch: 'shown', group: `g${i}`, shard: 0 };
      await store.heads.reserve(buffer, 2, 0, { ...opening, by: `${i}` });
    }
    return { ...staged, store };
  }

  test('is bounded: beyond it the figures are lower bounds, and say so', async () => {
    const { operations, store } = await withGroups();
    const reads = countReads(store.table);
    const { buffers } = await operations.status();
    expect(buffers).toMatchObject({ open: 2_000, items: 4_000, capped: true });
    expect(reads.heads).toBe(2_000);
    expect(reads.entries).toBeLessThan(2_100);
  });

  test('is a quarter of that where all batches are listed', async () => {
    const { work, store } = await withGroups();
    const { deployment } = work.memory;
    const reads = countReads(store.table);
    const context = { deployment, definitions: deployment.services.definitions() };
    const { batches } = (await listBatches.run(context, {} as never)) as { batches: BatchStatus[] };
    expect(batches).toMatchObject([{ buffers: { open: 500, items: 1_000, capped: true } }]);
    expect(reads.heads).toBe(500);
    expect(reads.entries).toBeLessThan(600);
  });

  test('is all of them in as few reads where there are fewer', async () => {
    const { add, operations, work } = stage();
    await add('a', 1);
    await add('b', 3);
    const reads = countReads(work.memory.store.table);
    const { buffers } = await operations.status();
    expect(buffers).toMatchObject({ open: 2, items: 4 });
    expect(buffers.capped).toBeUndefined();
    expect(reads).toEqual({ entries: 2, heads: 2, records: 2 });
  });

  test('is the index once, where its groups are listed page by page', async () => {
    const { page, store } = await withGroups();
    const reads = countReads(store.table);
    const found: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const next = await page(500, cursor);
      found.push(...next.groups.map(({ group }) => group));
      cursor = next.cursor;
    } while (cursor !== undefined);
    expect(new Set(found).size).toBe(GROUPS);
    expect(reads.entries).toBe(GROUPS);
  });

  test('is about as many heads as a page of its groups has', async () => {
    const { page, store } = await withGroups();
    const reads = countReads(store.table);
    expect((await page(50)).groups).toHaveLength(50);
    expect(reads.heads).toBe(200);
  });
});

describe('getBufferSize', () => {
  test('is exact of a group, over its shards, and of the whole batch', async () => {
    const { add, operations } = stage(4);
    await operations.pause();
    const sizes = { a: 23, b: 1, '': 6 };
    for (const [group, count] of Object.entries(sizes)) {
      for (let i = 0; i < count; i++) await add(group, 1);
    }
    for (const [group, count] of Object.entries(sizes)) {
      expect(await operations.getBufferSize(group)).toBe(count);
    }
    expect(await operations.getBufferSize('nobody')).toBe(0);
    expect(await operations.getBufferSize()).toBe(30);
    await operations.flush('a', { force: true });
    expect(await operations.getBufferSize('a')).toBe(0);
    expect(await operations.getBufferSize()).toBe(7);
  });
});

describe('the groups of a batch', () => {
  test.each([1, 4])('come page by page, each once, with their items, with %i shards', async shards => {
    const { add, page, operations, clock } = stage(shards);
    await operations.pause();
    const groups = ['', 'a', 'a b', 'b', '__proto__', '"', '\0', '😀', ...Array.from('cdefghij')];
    for (const [at, group] of groups.entries()) {
      for (let i = 0; i <= at; i++) await add(group, 1);
    }
    const all = await page(500);
    expect(all.cursor).toBeUndefined();
    expect(
      Object.fromEntries(all.groups.map(({ group = '?', items }) => [JSON.stringify(group), items])),
    ).toEqual(Object.fromEntries(groups.map((group, at) => [JSON.stringify(group), at + 1])));
    for (const { maxSize, openedAt, deadline } of all.groups) {
      expect(maxSize).toBe(4);
      expect(deadline.getTime() - openedAt.getTime()).toBe(3_600_000);
      expect(Math.abs(openedAt.getTime() - clock.now())).toBeLessThan(10_000);
    }
    for (const limit of [1, 3, groups.length]) {
      const found: (string | undefined)[] = [];
      let pages = 0;
      for (let cursor: string | undefined; ; ) {
        const next = await page(limit, cursor);
        pages += 1;
        expect(next.groups.length).toBeLessThanOrEqual(limit);
        found.push(...next.groups.map(({ group }) => group));
        cursor = next.cursor;
        if (cursor === undefined) break;
      }
      expect(found).toEqual(all.groups.map(({ group }) => group));
      expect(pages).toBe(Math.ceil(groups.length / limit));
    }
    await operations.flush('b', { force: true });
    expect((await page(500)).groups.map(({ group }) => group)).not.toContain('b');
  });
});
