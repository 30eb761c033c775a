import { describe, expect, test } from '@jest/globals';
import { type ContractKit, DAY, HOUR, NOW, opening, openOf, sealing } from './store-under-test.ts';

/** When a head is looked at, and for how long it is there. */
export function headLooksContract(kit: ContractKit): void {
  const { freshBuffer } = kit;
  const heads = () => kit.store.heads;

  test('setArmed moves a head on to its deadline, unless it has moved on itself', async () => {
    const buffer = freshBuffer();
    const seen = await heads().reserve(buffer, 1, 0, opening('a', { waitMs: HOUR }));
    await kit.store.headSchedules.setArmed(buffer, { ...seen, window: 7 });
    expect((await heads().readHead(buffer))?.dueAt).toBe(seen.dueAt);
    await kit.store.headSchedules.setArmed(buffer, seen);
    expect((await heads().readHead(buffer))?.dueAt).toBe(NOW + HOUR);
  });

  describe('pullIn', () => {
    test('has a window wait from now on, under a new opener, and be looked at at once', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a', { now: NOW + 40 * DAY, waitMs: HOUR }));
      const head = await kit.store.headSchedules.pullIn(buffer, seen, NOW, 'b');
      expect(head).toEqual(await heads().readHead(buffer));
      expect(head).toMatchObject({
        window: seen.window,
        next: 1,
        dueAt: NOW,
        open: { openedAt: NOW, openedBy: 'b', deadline: NOW + HOUR, lastAt: NOW, waitMs: HOUR },
      });
      expect(openOf(head ?? seen).armAt).toBeLessThan(NOW + HOUR);
    });

    test('changes nothing of a window that somebody else has pulled in, or of another one', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a', { now: NOW + 40 * DAY }));
      const head = await kit.store.headSchedules.pullIn(buffer, seen, NOW, 'b');
      for (const stale of [seen, { ...seen, window: 1 }, { ...seen, epoch: 'other' }]) {
        expect(await kit.store.headSchedules.pullIn(buffer, stale, NOW + 5, 'c')).toBeUndefined();
      }
      expect(await heads().readHead(buffer)).toEqual(head);
      expect(await kit.store.headSchedules.pullIn(freshBuffer(), seen, NOW, 'c')).toBeUndefined();
    });
  });

  describe('lookAgain', () => {
    test('has an open window looked at later, within a day', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      await kit.store.headSchedules.lookAgain(buffer, seen, NOW + HOUR);
      expect(await heads().readHead(buffer)).toEqual({ ...seen, dueAt: NOW + HOUR });
      expect((await heads().reserve(buffer, 1, 0, opening('b'))).dueAt).toBe(NOW + HOUR);
      await kit.store.headSchedules.lookAgain(buffer, seen, NOW + 40 * DAY);
      expect((await heads().readHead(buffer))?.dueAt).toBe(NOW + DAY);
    });

    test('does nothing while a marker waits, nor to another window or epoch, nor with none open', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      await kit.store.headSchedules.lookAgain(buffer, { ...seen, window: 7 }, NOW + HOUR);
      await kit.store.headSchedules.lookAgain(buffer, { ...seen, epoch: 'other' }, NOW + HOUR);
      expect(await heads().readHead(buffer)).toEqual(seen);
      const { head: sealed } = await kit.store.seals.sealOpen(
        buffer,
        { ...seen, ...openOf(seen) },
        sealing('s'),
      );
      await kit.store.headSchedules.lookAgain(buffer, sealed ?? seen, NOW + HOUR);
      expect(await heads().readHead(buffer)).toEqual(sealed);
      const marked = await heads().reserve(buffer, 1, 0, opening('b'));
      await kit.store.headSchedules.lookAgain(buffer, marked, NOW + HOUR);
      expect(await heads().readHead(buffer)).toEqual(marked);
      await kit.store.headSchedules.lookAgain(freshBuffer(), seen, NOW + HOUR);
    });
  });

  describe('putOff', () => {
    test('moves a head on that nobody else has moved on, open or marked, and counts it', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      await kit.store.headSchedules.putOff(buffer, seen, NOW + HOUR);
      const once = { ...seen, dueAt: NOW + HOUR, fails: 1 };
      expect(await heads().readHead(buffer)).toEqual(once);
      await kit.store.headSchedules.putOff(buffer, seen, NOW + 2 * HOUR);
      await kit.store.headSchedules.putOff(buffer, { ...once, epoch: 'other' }, NOW + 2 * HOUR);
      expect(await heads().readHead(buffer)).toEqual(once);
      await kit.store.headSchedules.putOff(buffer, once, NOW + 40 * DAY);
      expect(await heads().readHead(buffer)).toEqual({ ...seen, dueAt: NOW + DAY, fails: 2 });
      await kit.store.headSchedules.putOff(freshBuffer(), seen, NOW + HOUR);

      const { head: sealed } = await kit.store.seals.sealOpen(
        buffer,
        { ...seen, ...openOf(seen) },
        sealing('s'),
      );
      expect(sealed).toMatchObject({ dueAt: NOW + 5, fails: 0 });
      await kit.store.headSchedules.putOff(buffer, sealed ?? seen, NOW + HOUR);
      expect(await heads().readHead(buffer)).toMatchObject({ dueAt: NOW + HOUR, fails: 1 });
      await kit.store.seals.clearMarkers(buffer, seen.epoch, [0], NOW);
      const idle = await heads().readHead(buffer);
      expect(idle).toMatchObject({ dueAt: undefined, fails: 0 });
      await kit.store.headSchedules.putOff(buffer, idle ?? seen, NOW + HOUR);
      expect(await heads().readHead(buffer)).toEqual(idle);
    });

    test('counts from the beginning when full windows have been sealed', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 8, 0, opening('a'));
      await kit.store.headSchedules.putOff(buffer, seen, NOW + HOUR);
      const { head } = await kit.store.seals.sealFull(buffer, seen, 2, sealing('s'));
      expect(head).toMatchObject({ dueAt: NOW + 5, fails: 0 });
    });
  });

  describe('the life of an open window’s records', () => {
    test('is looked at after a day, and then when the ticker has said', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 2, 0, opening('a'));
      expect(seen.open?.ttl).toEqual({ due: NOW + DAY, to: 0 });
      const ttl = { due: NOW + 9 * DAY, to: 1 };
      await kit.store.retention.setTtl(buffer, seen, ttl);
      await kit.store.retention.setTtl(buffer, { ...seen, window: 7 }, { due: NOW, to: 0 });
      await kit.store.retention.setTtl(buffer, { ...seen, epoch: 'other' }, { due: NOW, to: 0 });
      expect(await heads().readHead(buffer)).toEqual({ ...seen, open: { ...openOf(seen), ttl } });
      await kit.store.retention.setTtl(freshBuffer(), seen, ttl);
    });

    test('is nothing of the next window’s', async () => {
      const buffer = freshBuffer();
      const seen = await heads().reserve(buffer, 1, 0, opening('a'));
      await kit.store.retention.setTtl(buffer, seen, { due: NOW + 9 * DAY, to: 1 });
      await kit.store.seals.sealOpen(buffer, { ...seen, ...openOf(seen) }, sealing('s'));
      const next = await heads().reserve(buffer, 1, 0, opening('b', { now: NOW + 50 }));
      expect(next.open?.ttl).toEqual({ due: NOW + 50 + DAY, to: 1 });
    });

    test('stays what it was for items that a seal of full windows has left open', async () => {
      for (const ttl of [undefined, { due: NOW + 3, to: 1 }, { due: NOW + 3, to: 7 }]) {
        const buffer = freshBuffer();
        const seen = await heads().reserve(buffer, 8, 0, opening('a'));
        if (ttl !== undefined) await kit.store.retention.setTtl(buffer, seen, ttl);
        const read = await heads().readHead(buffer);
        const { head } = await kit.store.seals.sealFull(buffer, read ?? seen, 2, sealing('s'));
        expect(head?.open).toMatchObject({
          openedAt: NOW + 5,
          ttl: { due: ttl?.due ?? NOW + DAY, to: Math.max(ttl?.to ?? 0, 6) },
        });
      }
    });
  });

  describe('a head', () => {
    const expiry = kit.headExpiry;
    const idle = async (ordered: boolean) => {
      const buffer = freshBuffer();
      const head = await heads().reserve(buffer, 1, 0, opening('a', { ordered }));
      expect(await expiry(buffer)).toBeUndefined();
      await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('s'));
      expect(await expiry(buffer)).toBeUndefined();
      await kit.store.seals.clearMarkers(buffer, head.epoch, [0], NOW);
      return buffer;
    };

    test('expires only while it is idle, days after its last window', async () => {
      const buffer = await idle(false);
      const expires = (await expiry(buffer)) ?? 0;
      expect(expires).toBeGreaterThanOrEqual(NOW + DAY);
      expect(expires).toBeLessThan(NOW + 30 * DAY);
      await heads().reserve(buffer, 1, 0, opening('b', { now: NOW + 50 }));
      expect(await expiry(buffer)).toBeUndefined();
    });

    test('of an ordered batch stays for years, so that its next window knows the one before', async () => {
      const buffer = await idle(true);
      expect(await expiry(buffer)).toBeGreaterThan(NOW + 5 * 365 * DAY);
      // whoever reserves next need not know it
      const head = await heads().reserve(buffer, 1, 0, opening('b', { now: NOW + 50 }));
      await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('t'));
      await kit.store.seals.clearMarkers(buffer, head.epoch, [1], NOW);
      expect(await expiry(buffer)).toBeGreaterThan(NOW + 5 * 365 * DAY);
    });

    test('of a batch that has become ordered stays for years from its next item on', async () => {
      const buffer = await idle(false);
      const head = await heads().reserve(buffer, 1, 0, opening('b', { ordered: true }));
      await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('t'));
      await kit.store.seals.clearMarkers(buffer, head.epoch, [1], NOW);
      expect(await expiry(buffer)).toBeGreaterThan(NOW + 5 * 365 * DAY);
    });

    test('that is reserved from while its marker is cleared does not expire', async () => {
      const buffer = freshBuffer();
      const head = await heads().reserve(buffer, 1, 0, opening('a'));
      await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('s'));
      await heads().reserve(buffer, 1, 0, opening('b'));
      await kit.store.seals.clearMarkers(buffer, head.epoch, [0], NOW);
      expect(await expiry(buffer)).toBeUndefined();
    });
  });
}
