import { describe, expect, test } from '@jest/globals';
import { operationsOf } from '#lib/batch-operations';
import { freeSlots, nextFreeAt } from '#lib/limits/free-slots';
import { countFlushes, takeFlushes } from '#lib/limits/throttle';
import { runTicker } from '#lib/recovery/ticker';
import { type Item, names, ThrottleScene } from '../support/throttle-scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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
});
