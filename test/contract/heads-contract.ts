import { describe, expect, test } from '@jest/globals';
import type { BufferKey } from '#lib/store/buffer-key';
import type { Head } from '#lib/store/head';
import { type ContractKit, DAY, forEach, HOUR, NOW, opening, openOf, sealing } from './store-under-test.ts';

/** Heads: the atomic updates that hand out slots and move windows on. */
export function headsContract(kit: ContractKit): void {
  const { freshBuffer } = kit;
  const heads = () => kit.store.heads;
  const sealOpen = (buffer: BufferKey, head: Head, by: string) =>
    kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing(by));

  describe('reserve', () => {
    test('takes slots one after the other, and opens a window only where none is open', async () => {
      const buffer = freshBuffer();
      const first = await heads().reserve(buffer, 2, 0, opening('first'));
      const second = await heads().reserve(buffer, 5, 0, opening('second', { cap: 9, now: NOW + 1 }));
      expect(first).toMatchObject({ window: 0, base: 0, next: 2, pending: [], dueAt: NOW + 1_000 });
      expect(second).toMatchObject({ window: 0, base: 0, next: 7, epoch: first.epoch });
      expect(first.open).toEqual({
        cap: 3,
        waitMs: 1_000,
        openedAt: NOW,
        deadline: NOW + 1_000,
        armAt: NOW + 1_000,
        openedBy: 'first',
        bytes: 0,
        lastAt: NOW,
        ttl: { due: NOW + DAY, to: 0 },
      });
      expect(second.open).toEqual({ ...first.open, lastAt: NOW + 1 });
      expect(await heads().readHead(buffer)).toEqual(second);
      expect(await heads().readHead(buffer, 'eventual')).toEqual(second);
    });

    test('never gives a slot twice, however many ask at once', async () => {
      const buffer = freshBuffer();
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, i) => heads().reserve(buffer, 2, 0, opening(`w${i}`))),
      );
      expect(all.map(({ next }) => next).sort((a, b) => a - b)).toEqual(all.map((_, i) => 2 * (i + 1)));
      expect(new Set(all.map(({ open: window }) => window?.openedBy)).size).toBe(1);
    });

    test('counts bytes where there are any', async () => {
      const buffer = freshBuffer();
      await heads().reserve(buffer, 1, 70, opening('a'));
      expect((await heads().reserve(buffer, 1, 30, opening('b'))).open?.bytes).toBe(100);
    });

    test('has a window further out than a timer looked at before its deadline', async () => {
      const head = await heads().reserve(freshBuffer(), 1, 0, opening('a', { waitMs: HOUR }));
      expect(head.dueAt).toBe(head.open?.armAt);
      expect(head.dueAt).toBeLessThan(NOW + HOUR);
      expect(head.dueAt).toBeGreaterThan(NOW + HOUR - 900_000);
    });
  });

  test('many heads are read at once, each with its buffer, absent ones left out', async () => {
    const buffers = Array.from({ length: 120 }, () => freshBuffer());
    const there = buffers.filter((_, i) => i % 2 === 0);
    await forEach(there, (buffer, i) => heads().reserve(buffer, i + 1, 0, opening('a')));
    const read = await heads().readHeads(buffers);
    expect(new Map(read.map(({ buffer, head }) => [buffer.group, head.next]))).toEqual(
      new Map(there.map(({ group }, i) => [group, i + 1])),
    );
    const [first] = there;
    expect(read.find(({ buffer }) => buffer.group === first?.group)?.buffer).toEqual(first);
    expect(await heads().readHeads([])).toEqual([]);
  });

  describe('sealOpen', () => {
    test.each([
      ['leaves the head where the ticker looks at it anyway, within a minute', 60_000, NOW + 60_000],
      ['has the head looked at now, where that would be later', 60_006, NOW + 5],
    ])('%s, as sealFull does', async (_, waitMs, dueAt) => {
      const opened = async () => {
        const buffer = freshBuffer();
        return { buffer, head: await heads().reserve(buffer, 4, 0, opening('a', { waitMs, cap: 4 })) };
      };
      const [one, two, unseen] = [await opened(), await opened(), await opened()];
      expect((await sealOpen(one.buffer, one.head, 's')).head).toMatchObject({ dueAt });
      await heads().reserve(two.buffer, 1, 0, opening('b'));
      const full = await kit.store.seals.sealFull(two.buffer, { ...two.head, next: 5 }, 1, sealing('s'));
      expect(full).toMatchObject({ applied: true, head: { dueAt } });
      const { epoch, window, base } = unseen.head;
      const bounds = { epoch, window, base, cap: 4, openedAt: NOW, deadline: NOW + waitMs };
      const { applied, head } = await kit.store.seals.sealOpen(unseen.buffer, bounds, sealing('s'));
      expect([applied, head?.dueAt]).toEqual([true, dueAt]);
    });

    test('ends the window with the slots that it has at that moment, and marks it', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 5, opening('a'));
      await heads().reserve(buffer, 1, 5, opening('b'));
      const { applied, head } = await sealOpen(buffer, seen, 's');
      expect(applied).toBe(true);
      expect(head).toMatchObject({ window: 1, base: 2, next: 2, open: undefined, dueAt: NOW + 1_000 });
      expect(head?.pending).toEqual([
        {
          window: 0,
          count: 2,
          reason: 'time',
          openedAt: NOW,
          deadline: NOW + 1_000,
          sealedAt: NOW + 5,
          sealedBy: 's',
        },
      ]);
      const next = await heads().reserve(buffer, 1, 0, opening('c', { cap: 7, now: NOW + 50 }));
      expect(next).toMatchObject({
        window: 1,
        base: 2,
        next: 3,
        open: { cap: 7, bytes: 0, openedAt: NOW + 50, lastAt: NOW + 50, ttl: { due: NOW + 50 + DAY } },
      });
    });

    test.each([
      ['of a window that is over', async (b: BufferKey, h: Head) => void (await sealOpen(b, h, 'x'))],
      ['of more than cap slots', async (b: BufferKey) => void (await heads().reserve(b, 3, 0, opening('x')))],
    ])('is refused %s, and says how the head stands', async (_, meanwhile) => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      await meanwhile(buffer, seen);
      const { applied, head } = await sealOpen(buffer, seen, 's');
      expect(applied).toBe(false);
      expect(head).toEqual(await heads().readHead(buffer));
      expect(head?.pending.some(({ sealedBy }) => sealedBy === 's')).toBe(false);
    });

    test('is refused in another epoch, and where there is no head', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      expect((await sealOpen(buffer, { ...seen, epoch: 'other' }, 's')).applied).toBe(false);
      expect(await sealOpen(freshBuffer(), seen, 's')).toEqual({ applied: false, head: undefined });
    });
  });

  describe('sealFull', () => {
    test('moves on by whole windows, and leaves the rest open in a window with the same cap', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 8, 80, opening('a'));
      await heads().reserve(buffer, 1, 10, opening('b', { now: NOW + 2 }));
      const { applied, head } = await kit.store.seals.sealFull(
        buffer,
        seen,
        2,
        sealing('s', { reason: 'size' }),
      );
      expect(applied).toBe(true);
      expect(head).toMatchObject({ window: 2, base: 6, next: 9, dueAt: NOW + 1_000 });
      expect(head?.open).toMatchObject({ cap: 3, openedBy: 's', openedAt: NOW + 5, deadline: NOW + 1_005 });
      expect(head?.open).toMatchObject({ bytes: 30, lastAt: NOW + 2 });
      expect(head?.pending.map(({ window, count: slots, reason }) => [window, slots, reason])).toEqual([
        [0, 3, 'size'],
        [1, 3, 'size'],
      ]);
    });

    test('gives the window it leaves open a new cap, where all its slots are in it by either cap', async () => {
      for (const [taken, cap, expected] of [
        [8, 5, 5],
        [8, 2, 2],
        [9, 2, 3],
        [9, 5, 5],
        [8, 3, 3],
      ] as const) {
        const buffer = freshBuffer();
        const seen = await heads().reserve(buffer, taken, 0, opening('a'));
        const { applied, head } = await kit.store.seals.sealFull(buffer, seen, 2, sealing('s'), cap);
        expect([taken, cap, applied, head?.open?.cap]).toEqual([taken, cap, true, expected]);
        expect(head).toMatchObject({ window: 2, base: 6, next: taken });
      }
    });

    test('keeps the old cap where slots were taken meanwhile that are in a later window by it', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 8, 0, opening('a'));
      await heads().reserve(buffer, 2, 0, opening('b'));
      const { applied, head } = await kit.store.seals.sealFull(buffer, seen, 2, sealing('s'), 5);
      expect(applied).toBe(true);
      expect(head).toMatchObject({ window: 2, base: 6, next: 10, open: { cap: 3 } });
    });

    test('is refused when the window has moved on', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 8, 0, opening('a'));
      await kit.store.seals.sealFull(buffer, seen, 1, sealing('s'));
      expect((await kit.store.seals.sealFull(buffer, seen, 1, sealing('t'))).applied).toBe(false);
    });
  });

  describe('clearMarkers', () => {
    test('of the last marker with nothing open takes the head out of the index', async () => {
      const buffer = freshBuffer();
      const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
      await kit.store.seals.clearMarkers(buffer, head?.epoch ?? '', [0], NOW);
      expect(await heads().readHead(buffer)).toMatchObject({
        pending: [],
        dueAt: undefined,
        open: undefined,
      });
    });

    test.each([
      ['leaves the head where it is, if that is soon enough and not too soon', NOW, NOW + 1_000],
      ['gives the head the time of its open window, if that is twice as long', NOW + 950, NOW + 1_100],
    ])('of the last marker with a window open %s', async (_, now, dueAt) => {
      for (const isSeen of [false, true]) {
        const buffer = freshBuffer();
        const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
        const open = await heads().reserve(buffer, 1, 0, opening('b', { now: NOW + 100 }));
        const seen = isSeen ? open : undefined;
        await kit.store.seals.clearMarkers(buffer, head?.epoch ?? '', [0], now, seen);
        expect(await heads().readHead(buffer)).toMatchObject({ pending: [], dueAt });
      }
    });

    test('of the last marker with a window open moves the head to a window that is due sooner', async () => {
      const buffer = freshBuffer();
      const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
      await heads().reserve(buffer, 1, 0, opening('b', { waitMs: 100 }));
      await kit.store.seals.clearMarkers(buffer, head?.epoch ?? '', [0], NOW);
      expect(await heads().readHead(buffer)).toMatchObject({ pending: [], dueAt: NOW + 100 });
    });

    test('of one marker among several leaves the others, and the head where it is in the index', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 8, 0, opening('a'));
      await kit.store.seals.sealFull(buffer, seen, 2, sealing('s'));
      await kit.store.seals.clearMarkers(buffer, seen.epoch, [0], NOW);
      const head = await heads().readHead(buffer);
      expect(head?.pending.map(({ window }) => window)).toEqual([1]);
      expect(head?.dueAt).toBe(NOW + 1_000);
    });

    test.each([
      ['with a window open', 8, [0, 1], [0, 1], []],
      ['with nothing open', 6, [0, 1], [0, 1], []],
      ['though another process has cleared one of them', 8, [0], [0, 1], []],
      ['and leaves the others', 11, [], [0, 2], [1]],
    ])('of several markers takes one update, %s', async (_, slots, before, windows, left) => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, slots, 0, opening('a'));
      const full = Math.ceil(slots / 3) - 1;
      const { head } = await kit.store.seals.sealFull(buffer, seen, full, sealing('s'));
      if (head?.open && slots === 6) await sealOpen(buffer, head, 's');
      if (before.length > 0 && before.length < windows.length)
        await kit.store.seals.clearMarkers(buffer, seen.epoch, before, NOW);
      const returned = await kit.store.seals.clearMarkers(buffer, seen.epoch, windows, NOW, head);
      const after = await heads().readHead(buffer);
      // a sealer goes on from this answer
      expect(returned).toEqual(after);
      expect(after?.pending.map(({ window }) => window)).toEqual(left);
      expect(after?.dueAt === undefined).toBe(slots === 6);
    });

    test('does nothing twice, nor in another epoch, nor without a head', async () => {
      const buffer = freshBuffer();
      const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
      await kit.store.seals.clearMarkers(buffer, 'other', [0], NOW);
      expect((await heads().readHead(buffer))?.pending).toHaveLength(1);
      for (let i = 0; i < 2; i++) await kit.store.seals.clearMarkers(buffer, head?.epoch ?? '', [0], NOW);
      expect((await heads().readHead(buffer))?.pending).toEqual([]);
      expect(await kit.store.seals.clearMarkers(freshBuffer(), 'e', [0], NOW)).toBeUndefined();
    });
  });
}
