import { describe, expect, test } from '@jest/globals';
import type { Slot, SlotScope } from '#lib/store/limit-ports';
import { type ContractKit, DAY, NOW } from './store-under-test.ts';

/** Slots that lapse by themselves: a throttle's flushes, and permits. */
export function slotsContract(kit: ContractKit): void {
  const slots = () => kit.store.slots;
  const fresh = (change: Partial<SlotScope> = {}): SlotScope => ({
    kind: 'permit',
    batch: `slots.${kit.freshId().replaceAll(/\W/g, '')}`,
    ...change,
  });
  const taking = (by: string, now = NOW, until = now + 100) => ({ by, now, until });
  const EMPTY = { by: undefined, freeAt: 0, bookedUntil: 0 };

  describe('slots', () => {
    test('nobody has taken are free, as many as are asked for', async () => {
      for (const count of [1, 3, 60]) {
        const read = await slots().readSlots(fresh(), count);
        expect(read).toEqual(Array.from({ length: count }, (_, index) => ({ index, ...EMPTY })));
      }
    });

    test('are taken once, and again from the time on at which they lapse', async () => {
      const scope = fresh();
      expect(await slots().take(scope, 2, taking('a'))).toBe('taken');
      expect(await slots().take(scope, 2, taking('b', NOW + 99))).toBe('occupied');
      expect(await slots().take(scope, 2, taking('b', NOW + 100))).toBe('taken');
      expect(await slots().readSlots(scope, 3)).toEqual([
        { index: 0, ...EMPTY },
        { index: 1, ...EMPTY },
        { index: 2, by: 'b', freeAt: NOW + 200, bookedUntil: 0 },
      ]);
    });

    test('taken a second time by the same one are its own: the first answer was lost', async () => {
      const scope = fresh();
      await slots().take(scope, 0, taking('a'));
      expect(await slots().take(scope, 0, taking('a'))).toBe('taken');
      expect(await slots().take(scope, 0, taking('b'))).toBe('occupied');
    });

    test('of different numbers, records, batches, groups and kinds are their own', async () => {
      const scope = fresh();
      const others: SlotScope[] = [
        { ...scope, kind: 'flush' },
        { ...scope, group: null },
        { ...scope, group: '' },
        { ...scope, group: 'g"|ä\ud800' },
        { ...scope, batch: `${scope.batch}.b` },
      ];
      for (const index of [0, 1, 24, 25, 26, 999]) {
        expect(await slots().take(scope, index, taking(`run ${index}`))).toBe('taken');
      }
      for (const other of others) {
        expect(await slots().take(other, 0, taking('another'))).toBe('taken');
        expect(await slots().readSlots(other, 1)).toMatchObject([{ index: 0, by: 'another' }]);
      }
      const used = (await slots().readSlots(scope, 1_000)).filter(({ by }) => by !== undefined);
      expect(used.map(({ index, by }) => [index, by])).toEqual(
        [0, 1, 24, 25, 26, 999].map(index => [index, `run ${index}`]),
      );
    });

    test('taken by many at once are one’s each', async () => {
      const scope = fresh();
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => slots().take(scope, i % 2, taking(`run ${i}`))),
      );
      expect(outcomes.filter(outcome => outcome === 'taken')).toHaveLength(2);
    });

    test('beyond the limit that share a record with others are told of while there are any', async () => {
      const scope = fresh();
      await slots().take(scope, 7, taking('a'));
      expect((await slots().readSlots(scope, 2)).map(({ index }) => index)).toEqual([0, 1, 7]);
    });

    test('are renewed by who has them, and by nobody else', async () => {
      const scope = fresh();
      expect(await slots().renew(scope, 0, 'a', NOW + 500)).toBe('occupied');
      await slots().take(scope, 0, taking('a'));
      expect(await slots().renew(scope, 0, 'b', NOW + 500)).toBe('occupied');
      expect(await slots().renew(scope, 0, 'a', NOW + 500)).toBe('renewed');
      expect(await slots().take(scope, 0, taking('b', NOW + 499))).toBe('occupied');
      expect(await slots().take(scope, 0, taking('b', NOW + 500))).toBe('taken');
      expect(await slots().renew(scope, 0, 'a', NOW + 900)).toBe('occupied');
    });

    test('are given back by who has them, any number of times, and by nobody else', async () => {
      const scope = fresh();
      await slots().giveBack(scope, 0, 'a');
      await slots().take(scope, 0, taking('a'));
      await slots().giveBack(scope, 0, 'b');
      expect(await slots().take(scope, 0, taking('b'))).toBe('occupied');
      await slots().giveBack(scope, 0, 'a');
      expect(await slots().take(scope, 0, taking('b'))).toBe('taken');
      await slots().giveBack(scope, 0, 'a');
      expect(await slots().readSlots(scope, 1)).toMatchObject([{ by: 'b', freeAt: NOW + 100 }]);
    });

    test('are given back as they were, where who takes them over gives them back', async () => {
      const scope = fresh();
      await slots().take(scope, 0, taking('a'));
      const seen = NOW + 100;
      await slots().take(scope, 0, { ...taking('b'), until: seen + 50, whenSeen: seen });
      await slots().giveBack(scope, 0, 'b', seen);
      expect(await slots().take(scope, 0, taking('c'))).toBe('occupied');
      expect(await slots().readSlots(scope, 1)).toMatchObject([{ freeAt: seen }]);
    });

    test('are corrected only as they were seen', async () => {
      const scope = fresh();
      await slots().take(scope, 0, taking('a', NOW, NOW + 40 * DAY));
      const [seen] = await slots().readSlots(scope, 1);
      if (seen === undefined) throw new Error('There is a slot.');
      await slots().correct(scope, seen, NOW + 100);
      await slots().correct(scope, seen, NOW + 900);
      expect(await slots().readSlots(scope, 1)).toEqual([{ ...seen, freeAt: NOW + 100 }]);
      expect(await slots().renew(scope, 0, 'a', NOW + 200)).toBe('renewed');
    });

    test('that are in use are taken over only as they were seen', async () => {
      const scope = fresh();
      const force = (by: string, whenSeen: number) =>
        slots().take(scope, 0, { ...taking(by), until: NOW + 100, whenSeen });
      expect(await force('a', 0)).toBe('taken');
      expect(await force('b', 0)).toBe('occupied');
      expect(await force('b', NOW + 100)).toBe('taken');
      expect(await slots().readSlots(scope, 1)).toMatchObject([{ by: 'b' }]);
    });
  });

  describe('turns', () => {
    const book = (scope: SlotScope, from: number) => slots().book(scope, 0, { from, duration: 100 });

    test('are booked one behind the other', async () => {
      const scope = fresh({ kind: 'flush' });
      await slots().take(scope, 0, taking('a'));
      expect(await book(scope, NOW + 100)).toBe(NOW + 100);
      expect(await book(scope, NOW + 100)).toBe(NOW + 200);
      expect(await book(scope, NOW + 100)).toBe(NOW + 300);
      expect(await slots().readSlots(scope, 1)).toMatchObject([
        { freeAt: NOW + 100, bookedUntil: NOW + 400 },
      ]);
    });

    test('that have passed are behind nobody', async () => {
      const scope = fresh({ kind: 'flush' });
      await book(scope, NOW);
      expect(await book(scope, NOW + 100)).toBe(NOW + 100);
      expect(await book(scope, NOW + 1_000)).toBe(NOW + 1_000);
    });

    test('are booked only behind those that were seen, where this is asked for', async () => {
      const scope = fresh({ kind: 'flush' });
      const behind = (whenSeen: number) => slots().book(scope, 0, { from: NOW, duration: 100, whenSeen });
      expect(await behind(0)).toBe(NOW);
      expect(await behind(0)).toBeUndefined();
      expect(await behind(NOW + 100)).toBe(NOW + 100);
      expect(await behind(NOW + 100)).toBeUndefined();
    });

    test('booked by many at once are all different', async () => {
      const scope = fresh({ kind: 'flush' });
      await book(scope, NOW);
      const turns = await Promise.all(Array.from({ length: 8 }, () => book(scope, NOW)));
      expect([...turns].sort()).toEqual(Array.from({ length: 8 }, (_, i) => NOW + 100 * (i + 1)));
    });

    test('are all taken back, unless another was booked since they were seen', async () => {
      const scope = fresh({ kind: 'flush' });
      await slots().take(scope, 0, taking('a'));
      await book(scope, NOW);
      const seen = async () => (await slots().readSlots(scope, 1))[0] as Slot;
      const before = await seen();
      await book(scope, NOW);
      await slots().unbook(scope, before);
      expect(await seen()).toMatchObject({ bookedUntil: NOW + 200 });
      await slots().unbook(scope, await seen());
      expect(await seen()).toEqual({ ...before, bookedUntil: 0 });
      await slots().unbook(scope, before);
      expect(await book(scope, NOW)).toBe(NOW);
    });

    test('keep those away who have none, until they have passed', async () => {
      const scope = fresh({ kind: 'flush' });
      await book(scope, NOW);
      const late = taking('late', NOW + 99);
      expect(await slots().take(scope, 0, { ...late, unbooked: true })).toBe('occupied');
      expect(await slots().take(scope, 0, late)).toBe('taken');
      const after = taking('after', NOW + 300);
      expect(await slots().take(scope, 0, { ...after, unbooked: true })).toBe('taken');
    });
  });

  test('a record of slots expires a week or two after it was last used, and not before', async () => {
    const scope = fresh({ group: 'one that comes and goes' });
    await slots().take(scope, 0, taking('a', NOW, NOW + DAY));
    const expiry = () => kit.slotsExpiry(scope);
    expect(await expiry()).toBeGreaterThan(NOW + 2 * DAY);
    expect(await expiry()).toBeLessThan(NOW + 15 * DAY);
    await slots().renew(scope, 0, 'a', NOW + 3 * DAY);
    expect(await expiry()).toBeGreaterThan(NOW + 4 * DAY);
    await slots().giveBack(scope, 0, 'a');
    expect(await expiry()).toBeGreaterThan(NOW + 4 * DAY);
  });
}
