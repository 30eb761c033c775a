import { expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import { MemoryWork } from '../support/memory-work.ts';

const DAY = 86_400_000;

/** A deployment with one batch, and a producer of it whose clock is so far ahead. */
function scene(aheadMs: number, change: Partial<BatchOptions<number>> = {}) {
  const ran: number[][] = [];
  const definition = batch<number>({
    name: 'clocks',
    maxSize: 100,
    maxWaitMs: 60_000,
    handler: ({ batch: items }) => {
      ran.push([...items]);
    },
    ...change,
  });
  const work = new MemoryWork([definition]);
  const { store, queues, clock } = work.memory;
  const astray = new Deployment(
    { deployment: 'memory', queueUrlBase: 'http://127.0.0.1/' },
    { services: { store, queues, warn: () => {}, clock: { ...clock, now: () => clock.now() + aheadMs } } },
  );
  const addAstray = (...items: number[]) => astray.add(definition as never, items);
  return { work, definition, clock, addAstray, ran };
}

test('a window that a clock 40 days ahead has opened waits for maxWaitMs from the next right add on', async () => {
  const { work, definition, clock, addAstray, ran } = scene(40 * DAY);
  await addAstray(0);
  for (let item = 1; item <= 16; item++) await work.add(definition, [item]);
  clock.advance(60_000);
  await work.fireTimers();
  await work.runJobs();
  expect(ran.map(items => items.length)).toEqual([17]);
});

test('an add whose window has a right deadline writes nothing more for it', async () => {
  const { work, definition } = scene(0);
  await work.add(definition, [1]);
  const { headSchedules } = work.memory.store;
  const pullIn = headSchedules.pullIn.bind(headSchedules);
  let calls = 0;
  headSchedules.pullIn = (...args) => {
    calls += 1;
    return pullIn(...args);
  };
  for (let item = 2; item <= 16; item++) await work.add(definition, [item]);
  expect(calls).toBe(0);
});

test('a clock 40 days behind makes windows early, and costs no item', async () => {
  const { work, definition, clock, addAstray, ran } = scene(-40 * DAY);
  await work.add(definition, [0]);
  for (let item = 1; item <= 3; item++) await addAstray(item);
  clock.advance(60_000);
  await work.settle();
  expect(ran.flat().sort()).toEqual([0, 1, 2, 3]);
});

test('a deadline that cannot be pulled in fails no add', async () => {
  const { work, definition, addAstray } = scene(40 * DAY);
  await addAstray(0);
  work.memory.store.headSchedules.pullIn = () => Promise.reject(new Error('throttled'));
  expect(await work.add(definition, [1])).toMatchObject([{ slot: 1 }]);
});

test('that a batch is not paused is believed no longer by a clock that was ahead and has been put right', async () => {
  const { work, definition, clock } = scene(0);
  let ahead = 40 * DAY;
  const { store, queues } = work.memory;
  const corrected = new Deployment(
    { deployment: 'memory', queueUrlBase: 'http://127.0.0.1/' },
    { services: { store, queues, warn: () => {}, clock: { ...clock, now: () => clock.now() + ahead } } },
  ).know([definition as never]);
  await corrected.services.controlOf('clocks');
  ahead = 0;
  await work.of(definition).pause();
  expect((await corrected.services.controlOf('clocks')).paused).toBe(true);
});

test('a window that nobody adds to any more, and whose clock was 40 days ahead, is found by the ticker within the hour', async () => {
  const { work, clock, addAstray, ran } = scene(40 * DAY);
  await addAstray(0);
  work.memory.queues.timers.length = 0;
  const { services } = work.memory.deployment;
  const memory = new TickerMemory();
  for (let minute = 0; minute < 64 && ran.length === 0; minute++) {
    clock.advance(60_000);
    await runTicker(services, clock.now() + 1, {}, memory);
    await work.fireTimers();
    await work.runJobs();
  }
  expect(ran).toEqual([[0]]);
});

test('a job whose sealer was 40 days ahead and died is sent by the ticker, though it was heard of in the future', async () => {
  const { work, definition, clock, addAstray, ran } = scene(40 * DAY, { maxSize: 1 });
  await addAstray(0);
  expect([...work.memory.store.allJobs().values()][0]?.statusChangedAt).toBeGreaterThan(
    clock.now() + 39 * DAY,
  );
  work.memory.queues.jobs.length = 0;
  clock.advance(60_000);
  await work.tick();
  await work.runJobs();
  expect(ran).toEqual([[0]]);
  expect((await work.of(definition).getJobs()).jobs).toMatchObject([{ status: 'completed' }]);
});
