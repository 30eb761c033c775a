import { describe, expect, test } from '@jest/globals';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import type { Head, OpenWindow, Turn } from '#lib/store/head';
import { names, ThrottleScene } from '../support/throttle-scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a throttle', () => {
  test('leaves no flush unused while something waits, and lets those go first who came first', async () => {
    const [groups, duration, forMs] = [21, 500, 30_000];
    const scene = new ThrottleScene({ maxSize: 5, maxWaitMs: 1_000, throttle: { max: 1, duration } });
    const add = async (g: string) => {
      while (scene.clock.now() < scene.began + forMs) {
        await scene.producer.add(scene.definition, [{ g }]);
        await scene.clock.sleep(250);
      }
    };
    await scene.clock.until(Promise.all(names(groups).map(add)));
    const flushes = scene.flushes().filter(({ at }) => at <= forMs);
    const first = flushes[0]?.at ?? 0;
    expect(scene.mostInASpan()).toBe(1);
    expect(flushes.length).toBe(Math.floor((forMs - first) / duration) + 1);
    const waits = flushes.map(({ sealedAt, deadline }) => sealedAt - deadline);
    expect(Math.max(...waits)).toBeLessThanOrEqual(11_000);
    const counts = names(groups).map(g => flushes.filter(({ group }) => group === g).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test('sends about one timer for each window that it holds back', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 10, duration: 1_000 } });
    const windows = 120;
    await scene.clock.until(scene.add(...names(windows)));
    await scene.clock.pass((windows / 10) * 1_000 + 2_000);
    expect(scene.flushes()).toHaveLength(windows);
    expect(scene.mostInASpan()).toBe(10);
    // one for the deadline, which nobody cancels, and one for the turn
    expect(scene.timersSent).toBeLessThanOrEqual(2.2 * windows);
  });

  test('has what is left of a bulk looked at when the next flush is free, however far its deadline is', async () => {
    const scene = new ThrottleScene({ maxSize: 2, maxWaitMs: DAY, throttle: { max: 1, duration: HOUR } });
    scene.startTicker();
    const bulk = Array.from({ length: 4 }, () => ({ g: 'a' }));
    await scene.clock.until(scene.producer.add(scene.definition, bulk));
    await scene.clock.pass(HOUR + 60_000);
    const [first, second, ...others] = scene.flushes();
    expect(others).toEqual([]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(HOUR);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(HOUR + 5_000);
  });

  test('gives the turn of a window that an operator has flushed to who has waited longest', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: HOUR } });
    scene.startTicker();
    await scene.clock.until(scene.add('first'));
    for (const g of ['b', 'c', 'd']) await scene.clock.until(scene.add(g));
    await scene.clock.pass(HOUR / 6);
    await scene.clock.until(scene.operations.flush('b'));
    await scene.clock.pass(4 * HOUR);
    // the operator's counts: the next one is an hour later, and then one an hour
    const at = scene.flushes().map(flush => [flush.group, Math.round(flush.at / (HOUR / 6))]);
    expect(at).toEqual([
      ['first', 0],
      ['b', 1],
      ['c', 7],
      ['d', 13],
    ]);
  });

  test('whose timers are all lost goes on by the ticker', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: 10_000 } });
    scene.areTimersLost = true;
    scene.startTicker();
    await scene.clock.until(scene.add(...names(20)));
    await scene.clock.pass(10 * 60_000);
    expect(scene.flushes()).toHaveLength(20);
    expect(scene.mostInASpan()).toBe(1);
  });

  test('gives a window another turn where no flush is free at its turn, also if its timer is a moment early', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: HOUR } });
    await scene.clock.until(scene.add('a'));
    await scene.clock.until(scene.add('b'));
    const { heads, turns } = scene.store;
    const buffer = { batch: scene.definition.name, group: 'b', shard: 0 };
    const turnOf = (head: Head | undefined) => head?.open?.turn;
    const head = (await heads.readHead(buffer)) as Head;
    const at = scene.clock.now() + 2_000;
    const turn = { ...(turnOf(head) as Turn), at };
    await turns.giveTurn(buffer, head, turn, at);
    const { epoch, window, base } = head;
    const { cap, openedAt } = head.open as OpenWindow;
    const timer = { buffer, epoch, window, base, cap, openedAt, deadline: at, fireAt: at };
    await scene.clock.until(fireTimer(scene.timers.services, timer));
    expect(scene.clock.now()).toBeLessThan(at);
    expect(turnOf(await heads.readHead(buffer))?.at).toBeGreaterThan(at + HOUR / 2);
  });

  test('gives a flush that sealed nothing to a window that was refused meanwhile', async () => {
    const scene = new ThrottleScene({ maxSize: 2, throttle: { max: 1, duration: HOUR } });
    const { seals } = scene.store;
    const seal = seals.sealOpen.bind(seals);
    // the first seal is refused, since its window has become overfull; its flush is given back late
    seals.sealOpen = async (buffer, ...given) => {
      seals.sealOpen = seal;
      await scene.producer.add(scene.definition, [{ g: 'a' }]);
      await scene.clock.sleep(300);
      return seal(buffer, ...given);
    };
    await scene.clock.until(scene.add('a', 'a'));
    await scene.clock.until(scene.add('b', 'b'));
    await scene.clock.pass(2_000);
    expect(scene.flushes()).toHaveLength(1);
    expect(scene.mostInASpan()).toBe(1);
  });

  test('flushes windows in the order in which they were refused, whatever turns were booked and not needed', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: 60_000 } });
    scene.startTicker();
    for (const g of ['a', 'b', 'c', 'd']) await scene.clock.until(scene.add(g));
    for (const g of ['b', 'c']) await scene.clock.until(scene.operations.flush(g));
    for (const g of ['e', 'f']) await scene.clock.until(scene.add(g));
    await scene.clock.pass(10 * 60_000);
    expect(scene.flushes().map(({ group }) => group)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(scene.flushes().map(({ at }) => Math.floor(at / 60_000))).toEqual([0, 0, 0, 1, 2, 3]);
  });

  test('whose duration became shorter holds nobody to the turns that were booked before', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: DAY } });
    await scene.clock.until(scene.add(...names(5)));
    const duration = 10_000;
    const later = { ...scene.definition, throttle: { max: 1, duration } } as Definition;
    for (const deployment of [scene.timers, scene.ticker, scene.producer]) deployment.know([later]);
    scene.startTicker();
    // astray by now are times that lie further off than a duration: they count from when they are seen
    await scene.clock.pass(60_000 + 6 * duration);
    expect(scene.flushes()).toHaveLength(5);
    await scene.clock.pass(2 * 60_000);
    await scene.clock.until(scene.add('new'));
    await scene.clock.pass(200);
    expect(scene.flushes()).toHaveLength(6);
    const at = scene.flushes().map(flush => flush.at);
    for (let i = 2; i < at.length; i++)
      expect((at[i] ?? 0) - (at[i - 1] ?? 0)).toBeGreaterThanOrEqual(duration);
  });

  test('goes on within a minute where whoever had to move its line on has died', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: HOUR } });
    scene.startTicker();
    for (const g of ['a', 'b', 'c', 'd', 'e']) await scene.clock.until(scene.add(g));
    await scene.clock.until(scene.operations.flush('b'));
    await scene.clock.until(scene.operations.flush('c'));
    // d has its turn an hour from now, and its server dies right after it; e's turn is that of the fifth
    const { index } = scene.store;
    const firstInLine = index.firstInLine.bind(index);
    await scene.clock.pass(HOUR - 60_000);
    index.firstInLine = async (...given) => {
      const found = await firstInLine(...given);
      if (scene.flushes().length < 4) return found;
      return new Promise(() => {});
    };
    await scene.clock.pass(90_000);
    expect(scene.flushes().map(({ group }) => group)).toEqual(['a', 'b', 'c', 'd']);
    index.firstInLine = firstInLine;
    await scene.clock.pass(HOUR + 61_000);
    const last = scene.flushes().at(-1);
    expect(last?.group).toBe('e');
    expect(last?.at).toBeLessThan(2 * HOUR + 61_000);
  });

  test('has turns days ahead, one a day, and its windows are looked at each day meanwhile', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: DAY } });
    await scene.clock.until(scene.add(...names(40)));
    const waiting = [...scene.store.allHeads().values()].filter(({ open }) => open);
    expect(waiting).toHaveLength(39);
    const days = waiting.map(({ open }) => Math.round(((open?.turn?.at ?? 0) - scene.began) / DAY));
    expect([...days].sort((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, i) => i + 1));
    for (const { dueAt = 0 } of waiting) expect(dueAt - scene.clock.now()).toBeLessThanOrEqual(DAY);
  });
});
