import { describe, expect, test } from '@jest/globals';
import { operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { freeSlots, nextFreeAt } from '#lib/limits/free-slots';
import { countFlushes, takeFlushes } from '#lib/limits/throttle';
import { runTicker } from '#lib/recovery/ticker';
import { type Item, ThrottleScene } from '../support/throttle-scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const names = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `g${i + from}`);

describe('a throttle', () => {
  test('that has room for all groups that are due together lets all of them begin at their deadline', async () => {
    const scene = new ThrottleScene({ throttle: { max: 50, duration: 20_000 } });
    await scene.clock.until(scene.add(...names(40)));
    await scene.clock.pass(10_000);
    const late = scene.flushes().map(({ sealedAt, deadline }) => sealedAt - deadline);
    expect(late).toHaveLength(40);
    expect(Math.max(...late)).toBeLessThan(300);
    expect(scene.mostInASpan()).toBeLessThanOrEqual(50);
  });

  test('leaves no flush unused while something waits, and lets those go first who came first', async () => {
    const [groups, duration, forMs] = [21, 500, 45_000];
    const scene = new ThrottleScene({ maxSize: 5, maxWaitMs: 1_000, throttle: { max: 1, duration } });
    const add = async (g: string) => {
      while (scene.clock.now() < scene.began + forMs) {
        await scene.producer.add(scene.definition, [{ g }]);
        await scene.clock.sleep(100);
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
    const windows = 500;
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

  test('counts a flush for as long as ever when two operators flush the same window at once', async () => {
    const scene = new ThrottleScene({ throttle: { max: 1, duration: HOUR } });
    await scene.clock.until(scene.add('a'));
    const other = operationsOf(scene.process(), scene.definition);
    await scene.clock.until(Promise.all([scene.operations.flush('a'), other.flush('a')]));
    expect(scene.flushes()).toHaveLength(1);
    const next = takeFlushes(
      scene.timers.services,
      scene.definition.name,
      { max: 1, duration: HOUR },
      1,
      true,
    );
    expect((await scene.clock.until(next)).granted).toBe(0);
  });

  test('does not forget a flush when the next one on its slot is given back', async () => {
    const scene = new ThrottleScene({ throttle: { max: 1, duration: HOUR } });
    const { clock, definition } = scene;
    const behind = scene.processOff(-50);
    const take = ({ services } = scene.timers) =>
      clock.until(takeFlushes(services, definition.name, { max: 1, duration: HOUR }, 1, true));
    expect((await take()).granted).toBe(1);
    await clock.pass(HOUR);
    await clock.until((await take()).giveBack(1));
    expect((await take(behind)).granted).toBe(0);
    expect((await take()).granted).toBe(1);
  });

  test('counts a flush whose answer was lost, and whose window the ticker has published meanwhile', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: 60_000 } });
    const { seals } = scene.store;
    const seal = seals.sealOpen.bind(seals);
    seals.sealOpen = async (...given) => {
      seals.sealOpen = seal;
      await seal(...given);
      await scene.clock.sleep(5_000);
      return seal(...given);
    };
    await scene.clock.until(scene.add('a'));
    await scene.clock.pass(2_500);
    await scene.clock.until(runTicker(scene.ticker.services, scene.clock.now() + 2_001));
    await scene.clock.pass(5_000);
    await scene.clock.until(scene.add('b'));
    scene.startTicker();
    await scene.clock.pass(120_000);
    expect(scene.flushes().map(({ group }) => group)).toEqual(['a', 'b']);
    expect(scene.mostInASpan()).toBe(1);
  });

  test('gets back all flushes of a call that has failed with one of them', async () => {
    const scene = new ThrottleScene({ throttle: { max: 2, duration: HOUR } });
    const { slots } = scene.store;
    const take: typeof slots.take = async (scope, index, taking) => {
      if (index === 0) throw new Error('no answer came');
      await scene.clock.sleep(5);
      return slots.take(scope, index, taking);
    };
    const { services } = scene.processWith({ take });
    const rule = { max: 2, duration: HOUR };
    const taking = takeFlushes(services, scene.definition.name, rule, 2, false);
    await scene.clock.until(expect(taking).rejects.toThrow('no answer came'));
    const all = takeFlushes(scene.timers.services, scene.definition.name, rule, 2, false);
    expect((await scene.clock.until(all)).granted).toBe(2);
  });

  test('with a smaller max than before has its next flush free when any that takes it up has lapsed', () => {
    const [own, greater] = [1_000, 5_000];
    const slots = [0, own, greater].map((freeAt, index) => ({ index, freeAt, by: 'a', bookedUntil: 0 }));
    expect(freeSlots(slots, 2, 0, false)).toEqual([]);
    expect(freeSlots(slots, 2, own, false)).toHaveLength(1);
    expect(nextFreeAt(slots, 2, 0)).toBe(own);
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

  test('that has granted a flush to a process which died with it grants the next a duration later', async () => {
    const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: 10_000 } });
    const { seals } = scene.store;
    const seal = seals.sealOpen.bind(seals);
    seals.sealOpen = () => new Promise(() => {});
    scene.startTicker();
    void scene.add('a');
    await scene.clock.pass(1_000);
    seals.sealOpen = seal;
    await scene.clock.until(scene.add('b'));
    await scene.clock.pass(120_000);
    expect(scene.flushes().map(({ group }) => group)).toEqual(['b', 'a']);
    expect(scene.flushes()[0]?.at).toBeGreaterThanOrEqual(10_000);
    expect(scene.flushes()[0]?.at).toBeLessThan(10_100);
  });

  test.each([
    ['40 days ahead', 40 * DAY],
    ['an hour ahead', HOUR],
    ['an hour behind', -HOUR],
    ['40 days behind', -40 * DAY],
  ])(
    'is never exceeded, nor blocked for longer than its duration, by a process that is %s',
    async (_, off) => {
      const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: 60_000 } });
      const { clock } = scene;
      scene.startTicker();
      const astray = scene.processOff(off);
      await clock.until(astray.add(scene.definition, [{ g: 'astray' } satisfies Item]));
      await clock.until(scene.add('b'));
      await clock.pass(5 * 60_000);
      expect(scene.flushes().map(({ group }) => group)).toContain('b');
      const { at = 0 } = scene.flushes().find(({ group }) => group === 'b') ?? {};
      expect(at).toBeLessThan(70_000);
    },
  );

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

  test('does not take a flush of just now for one of a clock astray, however slow its read of the slots is', async () => {
    const rule = { max: 1, duration: 1_000 };
    const scene = new ThrottleScene({ throttle: rule });
    const { slots } = scene.store;
    const slow: typeof slots.readSlots = async (...given) => {
      await scene.clock.sleep(8_000);
      return slots.readSlots(...given);
    };
    const { services } = scene.processWith({ readSlots: slow });
    const take = (by = scene.timers.services) => takeFlushes(by, scene.definition.name, rule, 1, false);
    const slowOne = take(services);
    await scene.clock.pass(7_900);
    expect((await scene.clock.until(take())).granted).toBe(1);
    expect((await scene.clock.until(slowOne)).granted).toBe(0);
    expect((await scene.clock.until(take())).granted).toBe(0);
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

  test('wastes no flush on a seal whose answers were lost for a while', async () => {
    for (const isApplied of [false, true]) {
      const scene = new ThrottleScene({ maxSize: 1, throttle: { max: 1, duration: HOUR } });
      scene.startTicker();
      const { seals } = scene.store;
      const seal = seals.sealOpen.bind(seals);
      let failures = 2;
      seals.sealOpen = async (...given) => {
        if (failures-- <= 0) return seal(...given);
        if (isApplied) await seal(...given);
        throw new Error('no answer came');
      };
      await scene.clock.until(scene.add('a'));
      await scene.clock.pass(2_000);
      expect(scene.flushes()).toHaveLength(1);
      await scene.clock.until(scene.add('b'));
      await scene.clock.pass(HOUR - 10_000);
      expect(scene.flushes()).toHaveLength(1);
      await scene.clock.pass(20_000);
      expect(scene.flushes().map(({ group }) => group)).toEqual(['a', 'b']);
    }
  });

  test('that cannot be counted holds back no flush of an operator', async () => {
    const scene = new ThrottleScene({ throttle: { max: 1, duration: HOUR } });
    scene.store.slots.readSlots = async () => {
      throw new Error('no answer came');
    };
    await scene.clock.until(scene.add('a'));
    await scene.clock.until(scene.operations.flush('a'));
    expect(scene.flushes()).toHaveLength(1);
  });

  test('counts flushes of operators at once for as long as the latest of them', async () => {
    const rule = { max: 1, duration: HOUR };
    const scene = new ThrottleScene({ throttle: rule });
    const { clock } = scene;
    const behind = scene.processOff(-900);
    const { name } = scene.definition;
    const { at } = await clock.until(countFlushes(scene.timers.services, name, rule, 1));
    await clock.until(countFlushes(behind.services, name, rule, 1));
    const [slot] = await scene.store.slots.readSlots({ kind: 'flush', batch: name }, 1);
    expect(slot?.freeAt).toBe(at + HOUR);
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
