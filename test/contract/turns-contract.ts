import { describe, expect, test } from '@jest/globals';
import type { Turn } from '#lib/store/head';
import { type ContractKit, HOUR, NOW, opening, openOf, sealing } from './store-under-test.ts';

/** Windows that wait for the throttle, and the line that they wait in. */
export function turnsContract(kit: ContractKit): void {
  const heads = () => kit.store.heads;
  const freshBatch = (): string => `turns.${kit.freshId().replaceAll(/\W/g, '')}`;
  const turn = (at: number, change: Partial<Turn> = {}): Turn => ({
    at,
    place: NOW,
    reason: 'size',
    ...change,
  });
  const opened = async (batch = freshBatch(), items = 1) => {
    const buffer = kit.freshBuffer(batch);
    return { buffer, head: await heads().reserve(buffer, items, 0, opening('a')) };
  };
  const groups = async (batch: string) =>
    (await kit.store.index.firstInLine(batch, 200)).map(({ group }) => group).sort();

  describe('a turn', () => {
    test('is given to an open window, which the ticker then looks at when it is told to', async () => {
      const { buffer, head } = await opened();
      const given = await kit.store.turns.giveTurn(buffer, head, turn(NOW + HOUR), NOW + 77);
      expect(given).toMatchObject({ applied: true, head: { dueAt: NOW + 77 } });
      expect((await heads().readHead(buffer))?.open).toEqual({
        ...openOf(head),
        armAt: NOW + 77,
        turn: turn(NOW + HOUR),
      });
    });

    test('is given once, and moved only by who has seen it', async () => {
      const { buffer, head } = await opened();
      const { head: first } = await kit.store.turns.giveTurn(buffer, head, turn(NOW + 100), NOW + 100);
      expect((await kit.store.turns.giveTurn(buffer, head, turn(NOW + 200), NOW + 200)).applied).toBe(false);
      if (first === undefined) throw new Error('There is a head.');
      expect((await kit.store.turns.giveTurn(buffer, first, turn(NOW + 300), NOW + 300)).applied).toBe(true);
      expect((await kit.store.turns.giveTurn(buffer, first, turn(NOW + 400), NOW + 400)).applied).toBe(false);
      expect((await heads().readHead(buffer))?.open?.turn?.at).toBe(NOW + 300);
    });

    test('given twice is given: the first answer was lost', async () => {
      const { buffer, head } = await opened();
      await kit.store.turns.giveTurn(buffer, head, turn(NOW + 100), NOW + 100);
      expect((await kit.store.turns.giveTurn(buffer, head, turn(NOW + 100), NOW + 100)).applied).toBe(true);
    });

    test('is not given to a window that is over, nor to another epoch, nor where none is open', async () => {
      const { buffer, head } = await opened();
      const give = (change: object) =>
        kit.store.turns.giveTurn(buffer, { ...head, ...change }, turn(NOW + 100), NOW + 100);
      expect((await give({ window: 7 })).applied).toBe(false);
      expect((await give({ epoch: 'other' })).applied).toBe(false);
      await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('s'));
      expect((await give({})).applied).toBe(false);
      expect((await kit.store.turns.giveTurn(kit.freshBuffer(), head, turn(NOW), NOW)).applied).toBe(false);
    });

    test('of a window behind a marker leaves the ticker to look at the marker first', async () => {
      for (const seenMarked of [true, false]) {
        const { buffer, head } = await opened();
        await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('s'));
        const marked = await heads().reserve(buffer, 1, 0, opening('b'));
        const seen = seenMarked ? marked : { ...marked, pending: [] };
        const given = await kit.store.turns.giveTurn(buffer, seen, turn(NOW + HOUR), NOW + 900);
        expect(given).toMatchObject({ applied: true, head: { dueAt: NOW + 1_000 } });
        await kit.store.seals.clearMarkers(buffer, head.epoch, [0], NOW);
        expect((await heads().readHead(buffer))?.dueAt).toBe(NOW + 900);
      }
    });

    test('ends with its window, by either kind of seal', async () => {
      const batch = freshBatch();
      const one = await opened(batch, 1);
      const many = await opened(batch, 8);
      for (const { buffer, head } of [one, many]) {
        await kit.store.turns.giveTurn(buffer, head, turn(NOW + 100), NOW + 100);
      }
      expect(await groups(batch)).toEqual([one.buffer.group, many.buffer.group].sort());
      await kit.store.seals.sealOpen(one.buffer, { ...one.head, ...openOf(one.head) }, sealing('s'));
      const { head } = await kit.store.seals.sealFull(many.buffer, many.head, 1, sealing('s'));
      expect(head?.open?.turn).toBeUndefined();
      expect(await groups(batch)).toEqual([]);
    });

    test('that has a timer is looked at when it comes', async () => {
      const { buffer, head } = await opened();
      const { head: waiting } = await kit.store.turns.giveTurn(buffer, head, turn(NOW + HOUR), NOW + 100);
      await kit.store.headSchedules.setArmed(buffer, waiting ?? head);
      expect(await heads().readHead(buffer)).toMatchObject({
        dueAt: NOW + HOUR,
        open: { armAt: NOW + HOUR },
      });
    });
  });

  describe('a line', () => {
    test('shows those that are first, in their order, of one batch', async () => {
      const batch = freshBatch();
      const buffers = await Promise.all(Array.from({ length: 30 }, () => opened(batch)));
      for (const [i, { buffer, head }] of buffers.entries()) {
        await kit.store.turns.giveTurn(buffer, head, turn(NOW + 1_000 - i, { place: NOW + i }), NOW + HOUR);
      }
      const other = await opened(`${batch}.b`);
      await kit.store.turns.giveTurn(other.buffer, other.head, turn(NOW + 1), NOW + HOUR);
      expect(await groups(batch)).toEqual(buffers.map(({ buffer }) => buffer.group).sort());
      const first = await kit.store.index.firstInLine(batch, 8);
      expect(first.map(({ group }) => group)).toContain(buffers[0]?.buffer.group);
      expect(first.length).toBeLessThanOrEqual(8);
      expect(first.map(({ group }) => group)).toEqual(buffers.slice(0, 8).map(({ buffer }) => buffer.group));
    });

    test('is left by no window that waits', async () => {
      const batch = freshBatch();
      const { buffer, head } = await opened(batch);
      await kit.store.turns.giveTurn(buffer, head, turn(NOW + 100), NOW + 100);
      await kit.store.turns.leaveLine(buffer);
      await kit.store.turns.leaveLine(kit.freshBuffer());
      expect(await groups(batch)).toEqual([buffer.group]);
      expect((await heads().readHead(buffer))?.open?.turn).toEqual(turn(NOW + 100));
    });
  });
}
