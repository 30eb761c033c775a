import { describe, expect, test } from '@jest/globals';
import type { Opening, Sealing, Store } from '#lib/store/ports';
import type { BufferKey, Chunk, Head, NewJob } from '#lib/store/records';
import { TICK_PARTITIONS } from '#lib/topology';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

/** What every store has to do, whatever it is made of. Each test has keys of its own in one shared store. */
export function storeContract(name: string, getStore: () => Store): void {
  let count = 0;
  const fresh = (): BufferKey => ({ batch: 'contract', group: `${name} "|ä\ud800 ${count++}`, shard: 0 });
  const freshId = (): string => `${name}-${count++}`;
  const opening = (by: string, change: Partial<Opening> = {}): Opening => ({
    cap: 3,
    waitMs: 1_000,
    now: NOW,
    by,
    ...change,
  });
  const sealing = (by: string, change: Partial<Sealing> = {}): Sealing => ({
    reason: 'time',
    now: NOW + 5,
    by,
    ...change,
  });
  const heads = () => getStore().heads;
  const sealOpen = (buffer: BufferKey, head: Head, by: string) =>
    heads().sealOpen(buffer, { ...head, ...open(head) }, sealing(by));
  const due = async (until: number): Promise<string[]> => {
    const partitions = Array.from({ length: TICK_PARTITIONS }, (_, tick) => tick);
    const entries = await Promise.all(partitions.map(tick => getStore().index.due(tick, until, 1_000)));
    return entries
      .flat()
      .map(entry => (entry.kind === 'job' ? entry.id : (entry.buffer.group ?? '')) + ` ${entry.dueAt}`);
  };

  describe(`a store in ${name}`, () => {
    describe('reserve', () => {
      test('takes slots one after the other, and opens a window only where none is open', async () => {
        const buffer = fresh();
        const first = await heads().reserve(buffer, 2, 0, opening('first'));
        const second = await heads().reserve(buffer, 5, 0, opening('second', { cap: 9, now: NOW + 1 }));
        expect(first).toMatchObject({ window: 0, base: 0, next: 2, pending: [], dueAt: NOW + 1_000 });
        expect(second).toMatchObject({ window: 0, base: 0, next: 7, epoch: first.epoch });
        expect(second.open).toEqual(first.open);
        expect(first.open).toEqual({
          cap: 3,
          waitMs: 1_000,
          openedAt: NOW,
          deadline: NOW + 1_000,
          armAt: NOW + 1_000,
          openedBy: 'first',
          bytes: 0,
        });
        expect(await heads().readHead(buffer)).toEqual(second);
      });

      test('never gives a slot twice, however many ask at once', async () => {
        const buffer = fresh();
        const all = await Promise.all(
          Array.from({ length: 30 }, (_, i) => heads().reserve(buffer, 2, 0, opening(`w${i}`))),
        );
        expect(all.map(({ next }) => next).sort((a, b) => a - b)).toEqual(all.map((_, i) => 2 * (i + 1)));
        expect(new Set(all.map(({ open: window }) => window?.openedBy)).size).toBe(1);
      });

      test('counts bytes where there are any', async () => {
        const buffer = fresh();
        await heads().reserve(buffer, 1, 70, opening('a'));
        expect((await heads().reserve(buffer, 1, 30, opening('b'))).open?.bytes).toBe(100);
      });

      test('has a window further out than a timer looked at before its deadline', async () => {
        const head = await heads().reserve(fresh(), 1, 0, opening('a', { waitMs: HOUR }));
        expect(head.dueAt).toBe(head.open?.armAt);
        expect(head.dueAt).toBeLessThan(NOW + HOUR);
        expect(head.dueAt).toBeGreaterThan(NOW + HOUR - 900_000);
      });
    });

    describe('sealOpen', () => {
      test('ends the window with the slots that it has at that moment, and marks it', async () => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 1, 5, opening('a'));
        await heads().reserve(buffer, 1, 5, opening('b'));
        const { applied, head } = await sealOpen(buffer, seen, 's');
        expect(applied).toBe(true);
        expect(head).toMatchObject({ window: 1, base: 2, next: 2, open: undefined, dueAt: NOW + 5 });
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
        const next = await heads().reserve(buffer, 1, 0, opening('c', { cap: 7 }));
        expect(next).toMatchObject({ window: 1, base: 2, next: 3, open: { cap: 7, bytes: 0 } });
      });

      test.each([
        ['of a window that is over', async (b: BufferKey, h: Head) => void (await sealOpen(b, h, 'x'))],
        [
          'of more than cap slots',
          async (b: BufferKey) => void (await heads().reserve(b, 3, 0, opening('x'))),
        ],
      ])('is refused %s, and says how the head stands', async (_, meanwhile) => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 1, 0, opening('a'));
        await meanwhile(buffer, seen);
        const { applied, head } = await sealOpen(buffer, seen, 's');
        expect(applied).toBe(false);
        expect(head).toEqual(await heads().readHead(buffer));
        expect(head?.pending.some(({ sealedBy }) => sealedBy === 's')).toBe(false);
      });

      test('is refused in another epoch', async () => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 1, 0, opening('a'));
        expect((await sealOpen(buffer, { ...seen, epoch: 'other' }, 's')).applied).toBe(false);
      });
    });

    describe('sealFull', () => {
      test('moves on by whole windows, and leaves the rest open in a window with the same cap', async () => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 8, 80, opening('a'));
        await heads().reserve(buffer, 1, 10, opening('b'));
        const { applied, head } = await heads().sealFull(buffer, seen, 2, sealing('s', { reason: 'size' }));
        expect(applied).toBe(true);
        expect(head).toMatchObject({ window: 2, base: 6, next: 9, dueAt: NOW + 5 });
        expect(head?.open).toMatchObject({ cap: 3, openedBy: 's', openedAt: NOW + 5, deadline: NOW + 1_005 });
        expect(head?.open?.bytes).toBe(30);
        expect(head?.pending.map(({ window, count: slots, reason }) => [window, slots, reason])).toEqual([
          [0, 3, 'size'],
          [1, 3, 'size'],
        ]);
      });

      test('is refused when the window has moved on', async () => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 8, 0, opening('a'));
        await heads().sealFull(buffer, seen, 1, sealing('s'));
        expect((await heads().sealFull(buffer, seen, 1, sealing('t'))).applied).toBe(false);
      });
    });

    describe('clearMarker', () => {
      test('of the last marker with nothing open takes the head out of the index', async () => {
        const buffer = fresh();
        const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
        await heads().clearMarker(buffer, head?.epoch ?? '', 0, NOW);
        expect(await heads().readHead(buffer)).toMatchObject({
          pending: [],
          dueAt: undefined,
          open: undefined,
        });
      });

      test('of the last marker with a window open puts the head back at its deadline', async () => {
        const buffer = fresh();
        const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
        await heads().reserve(buffer, 1, 0, opening('b', { now: NOW + 100 }));
        await heads().clearMarker(buffer, head?.epoch ?? '', 0, NOW);
        expect(await heads().readHead(buffer)).toMatchObject({ pending: [], dueAt: NOW + 1_100 });
      });

      test('of one marker among several leaves the others, and the head where it is in the index', async () => {
        const buffer = fresh();
        const seen = await heads().reserve(buffer, 8, 0, opening('a'));
        await heads().sealFull(buffer, seen, 2, sealing('s'));
        await heads().clearMarker(buffer, seen.epoch, 0, NOW);
        const head = await heads().readHead(buffer);
        expect(head?.pending.map(({ window }) => window)).toEqual([1]);
        expect(head?.dueAt).toBe(NOW + 5);
      });

      test('does nothing twice, nor in another epoch, nor without a head', async () => {
        const buffer = fresh();
        const { head } = await sealOpen(buffer, await heads().reserve(buffer, 1, 0, opening('a')), 's');
        await heads().clearMarker(buffer, 'other', 0, NOW);
        expect((await heads().readHead(buffer))?.pending).toHaveLength(1);
        for (let i = 0; i < 2; i++) await heads().clearMarker(buffer, head?.epoch ?? '', 0, NOW);
        expect((await heads().readHead(buffer))?.pending).toEqual([]);
        await heads().clearMarker(fresh(), 'e', 0, NOW);
      });
    });

    test('setArmed moves a head on to its deadline, unless it has moved on itself', async () => {
      const buffer = fresh();
      const seen = await heads().reserve(buffer, 1, 0, opening('a', { waitMs: HOUR }));
      await heads().setArmed(buffer, { ...seen, window: 7 });
      expect((await heads().readHead(buffer))?.dueAt).toBe(seen.dueAt);
      await heads().setArmed(buffer, seen);
      expect((await heads().readHead(buffer))?.dueAt).toBe(NOW + HOUR);
    });

    describe('windows', () => {
      const windows = () => getStore().windows;
      const chunk = (slot: number, items: unknown[], holes: number[] = []): Chunk => ({
        kind: 'chunk',
        slot,
        slots: items.length + holes.length,
        holes,
        items: JSON.stringify(items),
      });
      const tombstone = (slot: number, slots = 1) => ({ kind: 'tombstone' as const, slot, slots });

      test('a chunk lands where nothing is, and lands again; where a tombstone is it is fenced', async () => {
        const job = freshId();
        expect(await windows().putChunk(job, chunk(0, ['a', 'b'], [1]))).toBe('landed');
        expect(await windows().putChunk(job, chunk(0, ['a', 'b'], [1]))).toBe('landed');
        await windows().putTombstone(job, tombstone(3));
        expect(await windows().putChunk(job, chunk(3, ['c']))).toBe('fenced');
        expect(await windows().readSlots(job, 0, 9)).toEqual([chunk(0, ['a', 'b'], [1]), tombstone(3)]);
      });

      test('a tombstone loses to a chunk, and says so; the first of two tombstones stays', async () => {
        const job = freshId();
        await windows().putChunk(job, chunk(0, ['a']));
        expect(await windows().putTombstone(job, tombstone(0))).toEqual(chunk(0, ['a']));
        expect(await windows().putTombstone(job, tombstone(1, 4))).toEqual(tombstone(1, 4));
        expect(await windows().putTombstone(job, tombstone(1))).toEqual(tombstone(1, 4));
      });

      test('items come back as they were, compressed or not', async () => {
        const job = freshId();
        const nasty = ['\ud800', 'ä🦊', '', { ['__proto__']: [null, -1.5e-7, 1e21] }, '\u0000|"'];
        const large = Array.from({ length: 400 }, (_, i) => ({ i, nasty }));
        await windows().putChunk(job, chunk(0, nasty));
        await windows().putChunk(job, chunk(100, large));
        const [first, second] = await windows().readSlots(job, 0, 9_999);
        expect(first).toEqual(chunk(0, nasty));
        expect(second).toEqual(chunk(100, large));
      });

      test('a range is read in the order of its slots, over as many pages as it has, and nothing else', async () => {
        const job = freshId();
        const random = (i: number) =>
          Array.from({ length: 6_000 }, (_, j) => Math.sin(i * 7_919 + j).toString(36)).join('');
        const slots = [0, 2, 11, 101, 1_000, 9_999];
        await Promise.all(slots.map(slot => windows().putChunk(job, chunk(slot, [random(slot)]))));
        await windows().putKey(job, 'k', { chunk: 0, slot: 0 });
        const read = async (from: number, to: number) =>
          (await windows().readSlots(job, from, to)).map(({ slot }) => slot);
        expect(await read(0, 9_999)).toEqual(slots);
        expect(await read(2, 101)).toEqual([2, 11, 101]);
        expect(await read(3, 10)).toEqual([]);
      });

      test('records and markers are read by the hundred, absent ones left out', async () => {
        const job = freshId();
        const even = Array.from({ length: 120 }, (_, i) => 2 * i);
        await Promise.all(even.map(slot => windows().putChunk(job, chunk(slot, [slot]))));
        await Promise.all(even.map(slot => windows().putKey(job, `key ${slot}`, { chunk: slot, slot })));
        const all = Array.from({ length: 240 }, (_, i) => i);
        expect([...(await windows().readRecords(job, all)).keys()].sort((a, b) => a - b)).toEqual(even);
        const keys = await windows().readKeys(
          job,
          all.map(slot => `key ${slot}`),
        );
        expect(keys.size).toBe(120);
        expect(keys.get('key 8')).toEqual({ chunk: 8, slot: 8 });
      });

      test('a dedup marker stays its first holder’s, however long its key', async () => {
        const job = freshId();
        const key = 'ä'.repeat(5_000);
        expect(await windows().putKey(job, key, { chunk: 1, slot: 2 })).toEqual({ chunk: 1, slot: 2 });
        expect(await windows().putKey(job, key, { chunk: 3, slot: 4 })).toEqual({ chunk: 1, slot: 2 });
        expect(await windows().putKey(job, `${key}x`, { chunk: 3, slot: 4 })).toEqual({ chunk: 3, slot: 4 });
      });

      test('a dedup marker is taken over from the chunk that it names, by one, who may ask twice', async () => {
        const job = freshId();
        await windows().putKey(job, 'k', { chunk: 1, slot: 1 });
        expect(await windows().takeOverKey(job, 'k', 5, { chunk: 6, slot: 6 })).toBe(false);
        expect(await windows().takeOverKey(job, 'k', 1, { chunk: 2, slot: 2 })).toBe(true);
        expect(await windows().takeOverKey(job, 'k', 1, { chunk: 2, slot: 2 })).toBe(true);
        expect(await windows().takeOverKey(job, 'k', 1, { chunk: 3, slot: 3 })).toBe(false);
        expect((await windows().readKeys(job, ['k'])).get('k')).toEqual({ chunk: 2, slot: 2 });
      });

      test('prolonging a window changes nothing of what it holds', async () => {
        const job = freshId();
        await windows().putChunk(job, chunk(0, ['a']));
        await windows().putKey(job, 'k', { chunk: 0, slot: 0 });
        await windows().prolong(job);
        expect(await windows().readSlots(job, 0, 9)).toEqual([chunk(0, ['a'])]);
        expect((await windows().readKeys(job, ['k'])).size).toBe(1);
      });
    });

    describe('jobs', () => {
      const jobs = () => getStore().jobs;
      const newJob = (): NewJob => ({
        id: freshId(),
        batch: 'contract',
        group: 'g',
        count: 3,
        reason: 'size',
        createdAt: NOW,
        deadline: NOW + 1_000,
        sealedAt: NOW + 10,
      });
      const claim = (by: string, now = NOW) => ({ by, now, lockedUntil: now + 1_000, tags: ['t'] });

      test('one is put once: a second put changes nothing', async () => {
        const job = newJob();
        await jobs().putJob(job, NOW + 60);
        await jobs().claim(job.id, claim('a'));
        await jobs().putJob(job, NOW + 99);
        expect(await jobs().readJob(job.id)).toMatchObject({ ...job, status: 'active', attempts: 1 });
        expect(await jobs().readJob('nothing')).toBeUndefined();
      });

      test('a claim begins an attempt, unless another holds the lock or the job is finished', async () => {
        const job = newJob();
        await jobs().putJob(job, NOW);
        expect(await jobs().claim(job.id, claim('a'))).toMatchObject({
          outcome: 'claimed',
          job: { status: 'active', attempts: 1, claimedBy: 'a', tags: ['t'], startedAt: NOW },
        });
        expect((await jobs().claim(job.id, claim('b'))).outcome).toBe('busy');
        // its own, whose first answer was lost
        expect(await jobs().claim(job.id, claim('a'))).toMatchObject({
          outcome: 'claimed',
          job: { attempts: 1 },
        });
        expect(await jobs().claim(job.id, claim('b', NOW + 1_001))).toMatchObject({
          outcome: 'claimed',
          job: { attempts: 2, claimedBy: 'b' },
        });
        expect(await jobs().renew(job.id, 'a', NOW + 9_000)).toBe(false);
        expect(await jobs().renew(job.id, 'b', NOW + 9_000)).toBe(true);
        expect(await jobs().complete(job.id, 'a', NOW, 3)).toBe(false);
        expect(await jobs().complete(job.id, 'b', NOW + 2_000, 3)).toBe(true);
        expect(await jobs().claim(job.id, claim('c', NOW + 99_000))).toMatchObject({
          outcome: 'finished',
          job: { status: 'completed', items: 3, finishedAt: NOW + 2_000 },
        });
        expect((await jobs().claim('nothing', claim('a'))).outcome).toBe('missing');
      });

      test('a released job waits for the next claim, with its error', async () => {
        const job = newJob();
        await jobs().putJob(job, NOW);
        await jobs().claim(job.id, claim('a'));
        expect(await jobs().release(job.id, 'b', NOW, 'not mine')).toBe(false);
        expect(await jobs().release(job.id, 'a', NOW + 7, 'broke')).toBe(true);
        expect(await jobs().readJob(job.id)).toMatchObject({
          status: 'waiting',
          error: 'broke',
          heardAt: NOW + 7,
          lockedUntil: undefined,
        });
        expect((await jobs().claim(job.id, claim('b'))).outcome).toBe('claimed');
      });

      test('only a job that nobody runs is buried, and keeps its own error', async () => {
        const job = newJob();
        await jobs().putJob(job, NOW);
        await jobs().claim(job.id, claim('a'));
        expect(await jobs().bury(job.id, NOW, 'gone')).toBe(false);
        await jobs().release(job.id, 'a', NOW, 'broke');
        expect(await jobs().bury(job.id, NOW, 'gone')).toBe(true);
        expect(await jobs().readJob(job.id)).toMatchObject({ status: 'dead', error: 'broke' });
        expect((await jobs().claim(job.id, claim('b'))).outcome).toBe('finished');
        expect(await jobs().bury(job.id, NOW, 'again')).toBe(false);
      });

      test('a claim can make the record of a job whose message carries its items', async () => {
        const job = newJob();
        const made = await jobs().claim(job.id, claim('a'), job);
        expect(made).toMatchObject({ outcome: 'claimed', job: { ...job, attempts: 1 } });
        expect((await jobs().claim(job.id, claim('b'), job)).outcome).toBe('busy');
      });
    });

    test('the due index has what is unfinished, in the order of time, and nothing else', async () => {
      const [open, sealed, idle] = [fresh(), fresh(), fresh()];
      const at = NOW - HOUR;
      await heads().reserve(open, 1, 0, opening('a', { now: at }));
      await sealOpen(sealed, await heads().reserve(sealed, 1, 0, opening('a', { now: at })), 's');
      const { head } = await sealOpen(
        idle,
        await heads().reserve(idle, 1, 0, opening('a', { now: at })),
        's',
      );
      await heads().clearMarker(idle, head?.epoch ?? '', 0, NOW);
      const [waiting, done] = [freshId(), freshId()];
      for (const id of [waiting, done]) {
        await getStore().jobs.putJob(
          {
            id,
            batch: 'b',
            group: undefined,
            count: 1,
            reason: 'time',
            createdAt: at,
            deadline: at,
            sealedAt: at,
          },
          at + 2_000,
        );
      }
      await getStore().jobs.claim(done, { by: 'a', now: NOW, lockedUntil: NOW, tags: [] });
      await getStore().jobs.complete(done, 'a', NOW, 1);

      const early = await due(at + 2_000);
      expect(early).toContain(`${open.group} ${at + 1_000}`);
      expect(early).toContain(`${waiting} ${at + 2_000}`);
      expect(early.some(entry => entry.startsWith(done))).toBe(false);
      expect(await due(at + 999)).not.toContain(`${open.group} ${at + 1_000}`);
      const all = await due(NOW + HOUR);
      expect(all).toContain(`${sealed.group} ${NOW + 5}`);
      expect(all.some(entry => entry.startsWith(`${idle.group}`))).toBe(false);
      await getStore().jobs.lookAgain(waiting, NOW + 3 * HOUR);
      expect((await due(NOW + 2 * HOUR)).some(entry => entry.startsWith(waiting))).toBe(false);
    });

    test('a lease has one holder until it lapses or is let go', async () => {
      const { leases } = getStore();
      const lease = freshId();
      expect(await leases.acquire(lease, 'a', NOW, NOW + 10)).toBe(true);
      expect(await leases.acquire(lease, 'b', NOW + 5, NOW + 15)).toBe(false);
      expect(await leases.acquire(lease, 'a', NOW + 5, NOW + 20)).toBe(true);
      expect(await leases.acquire(lease, 'b', NOW + 21, NOW + 30)).toBe(true);
      await leases.release(lease, 'a');
      expect(await leases.acquire(lease, 'c', NOW + 22, NOW + 40)).toBe(false);
      await leases.release(lease, 'b');
      expect(await leases.acquire(lease, 'c', NOW + 22, NOW + 40)).toBe(true);
    });
  });
}

function open(head: Head): NonNullable<Head['open']> {
  if (head.open === undefined) throw new Error('The head has no open window.');
  return head.open;
}
