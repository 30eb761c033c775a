import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { runTicker } from '#lib/recovery/ticker';
import { Judge } from '../support/judge.ts';
import { STRANGE_GROUPS } from '../support/strange-groups.ts';
import { until } from '../support/until.ts';

interface Item {
  readonly id: string;
  readonly group: string;
}

const judges = { held: new Judge(), many: new Judge(), one: new Judge(), other: new Judge() };
/** Groups as the handlers were told, by item. */
const groupKeys = new Map<string, string | undefined>();

const held = batch<Item>({ name: 'held', maxSize: 20, maxWaitMs: 600_000, handler: judges.held.handler });
const many = batch<Item>({
  name: 'many',
  maxSize: 10,
  maxWaitMs: 600_000,
  groupBy: ({ group }) => group,
  handler: judges.many.handler,
});
const alike = (name: 'one' | 'other', named: string) =>
  batch<Item>({
    name: named,
    maxSize: 10,
    maxWaitMs: 600_000,
    groupBy: ({ group }) => group,
    handler: context => {
      for (const { id } of context.batch) groupKeys.set(`${named}/${id}`, context.groupKey);
      judges[name].handler(context);
    },
  });
const one = alike('one', 'a');
const other = alike('other', 'a:b');

const items = (count: number, group: (at: number) => string = () => ''): Item[] =>
  Array.from({ length: count }, (_, at) => ({ id: String(at), group: group(at) }));

async function add(judge: Judge, to: typeof held, given: readonly Item[]) {
  const receipts = await to.addBulk(given);
  receipts.forEach((receipt, at) => {
    judge.acknowledge(given[at]?.id ?? '', receipt);
  });
}

/** A group a kind: on the real engines each of them costs some calls. */
const GROUPS = STRANGE_GROUPS.filter(group => /^$|^[a|"\\\0\n]|__|[^\0-~]|b$|xxx/.test(group));

const delivered = (judge: Judge): number => judge.batches.flat().length;

describe('control on the embedded engines', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal({ batches: [held, many, one, other], port: 0 });
  });
  afterAll(() => local.stop());

  test('resume after a pause with 10 × maxSize buffered: 10 full batches', async () => {
    await held.pause();
    const all = items(200);
    for (let at = 0; at < 200; at += 37) await add(judges.held, held, all.slice(at, at + 37));
    expect(await held.getBufferSize()).toBe(200);
    expect(await held.getJobs()).toEqual({ jobs: [] });
    expect(await held.resume()).toMatchObject({ paused: false, flushed: 10, unparked: 0 });
    await until('all came out', () => delivered(judges.held) === 200);
    expect(judges.held.batches.map(({ length }) => length)).toEqual(Array(10).fill(20));
    expect(judges.held.verdict(20)).toEqual([]);
  });

  test('jobs made by a forced flush are parked, and run after resume', async () => {
    await held.pause();
    const believed = Date.now() + 1_100;
    const [receipt] = await held.addBulk(items(3));
    await until('nobody believes any more that it is not paused', () => Date.now() > believed);
    const [flushed] = await held.flush(undefined, { force: true });
    expect(flushed).toEqual({ job: receipt?.job, items: 3 });
    const parked = async () => (await held.getJob(flushed?.job ?? ''))?.status === 'parked';
    await until('it is parked', parked);
    // the ticker looks after it, and leaves it parked
    await runTicker(local.deployment.services, Date.now() + 1);
    expect(await parked()).toBe(true);
    expect(await held.resume()).toMatchObject({ flushed: 0, unparked: 1 });
    expect(await held.waitFor(flushed?.job ?? '')).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('flush of a group makes its job alone; flush() covers all of 100 groups', async () => {
    await add(
      judges.many,
      many,
      items(102, at => `group ${at % 100}`),
    );
    expect(await many.flush('group 1')).toMatchObject([{ group: 'group 1', items: 2 }]);
    expect(await many.getBufferSize('group 1')).toBe(0);
    expect(await many.getBufferSize()).toBe(100);
    const jobs = await many.flush();
    expect(new Set(jobs.map(({ group }) => group)).size).toBe(99);
    expect(new Set(jobs.map(({ job }) => job)).size).toBe(99);
    expect(jobs.reduce((sum, job) => sum + job.items, 0)).toBe(100);
    await until('all came out', () => delivered(judges.many) === 102, 60_000);
    expect(judges.many.verdict(10)).toEqual([]);
    for (const { job, items: count } of jobs) expect(judges.many.runs.get(job)?.[0]).toHaveLength(count);
  }, 90_000);

  test('flushes and adds at the same time: no batch over maxSize, nothing lost or doubled', async () => {
    const judge = judges.many;
    const before = delivered(judge);
    let adding = true;
    const adders = Array.from({ length: 5 }, async (_, who) => {
      for (let at = 0; at < 10; at++) {
        const given = [0, 1, 2].map(i => ({ id: `race ${who} ${at} ${i}`, group: `race ${at % 2}` }));
        await add(judge, many, given);
      }
    });
    const flushed: string[] = [];
    const flushers = [undefined, 'race 0'].map(async group => {
      while (adding) flushed.push(...(await many.flush(group)).map(({ job }) => job));
    });
    await Promise.all(adders);
    adding = false;
    await Promise.all(flushers);
    await many.flush();
    await until('all came out', () => delivered(judge) === before + 150);
    expect(judge.verdict(10)).toEqual([]);
    expect(new Set(flushed).size).toBe(flushed.length);
    expect(flushed.length).toBeGreaterThan(2);
  });

  test('a group may hold anything, and neither it nor its job is taken for another, or for another batch', async () => {
    const given = GROUPS.map((group, at) => ({ id: String(at), group }));
    await add(judges.one, one, given);
    await add(judges.other, other, given);
    expect(await one.getBufferSize()).toBe(given.length);
    await one.pause();
    for (const { group } of given) expect(await one.getBufferSize(group)).toBe(1);
    const [first] = await other.flush(GROUPS[3]);
    expect(first).toMatchObject({ group: GROUPS[3], items: 1 });
    const flushed = await other.flush();
    expect(flushed.map(({ group }) => group).sort()).toEqual(
      GROUPS.filter(group => group !== GROUPS[3]).sort(),
    );
    await until('the other came out', () => delivered(judges.other) === given.length);
    expect(judges.one.batches).toEqual([]);
    expect(await one.getBufferSize()).toBe(given.length);
    expect((await one.status()).jobs).toMatchObject({ waiting: 0, parked: 0, completed: 0 });
    await one.resume();
    await one.flush();
    await until('the one came out', () => delivered(judges.one) === given.length);
    for (const judge of [judges.one, judges.other]) expect(judge.verdict(10)).toEqual([]);
    for (const { id, group } of given) {
      expect([id, groupKeys.get(`a/${id}`)]).toEqual([id, group]);
      expect((await one.getJobs({ group })).jobs).toMatchObject([{ batch: 'a', group }]);
    }
  });
});
