import { describe, expect, test } from '@jest/globals';
import type { BufferKey } from '#lib/store/buffer-key';
import type { DueEntry } from '#lib/store/due-entry';
import { claimBy, ending } from './job-runs-contract.ts';
import { type ContractKit, forEach, HOUR, NOW, opening, openOf, sealing } from './store-under-test.ts';

/** The index by which the ticker finds work, and the lease by which one ticker works at a time. */
export function dueIndexContract(kit: ContractKit): void {
  const { freshBuffer } = kit;
  const heads = () => kit.store.heads;
  const sealedAt = async (buffer = freshBuffer(), now = NOW) => {
    const head = await heads().reserve(buffer, 1, 0, opening('a', { now }));
    await kit.store.seals.sealOpen(buffer, { ...head, ...openOf(head) }, sealing('s'));
    return { buffer, head };
  };

  describe('the due index', () => {
    test('has what is unfinished, each at its time, and nothing else', async () => {
      const at = NOW - HOUR;
      const open = freshBuffer();
      await heads().reserve(open, 1, 0, opening('a', { now: at }));
      const sealed = await sealedAt();
      const idle = await sealedAt();
      await kit.store.seals.clearMarkers(idle.buffer, idle.head.epoch, [0], NOW);
      const [waiting, done] = [kit.newJob(), kit.newJob()];
      for (const job of [waiting, done]) await kit.store.jobs.putJob(job, at + 2_000);
      await kit.store.jobs.claim(done.id, claimBy('a'));
      await kit.store.jobs.end(done.id, 'a', ending('completed'));

      const early = await kit.due(at + 2_000);
      expect(early.get(String(open.group))).toBe(at + 1_000);
      expect(early.get(waiting.id)).toBe(at + 2_000);
      expect((await kit.due(at + 999)).has(String(open.group))).toBe(false);
      const all = await kit.due(NOW * 2);
      expect(all.get(String(sealed.buffer.group))).toBe(NOW + 1_000);
      expect([all.has(String(idle.buffer.group)), all.has(done.id)]).toEqual([false, false]);
      await kit.store.jobs.lookAgain(waiting.id, NOW + 3 * HOUR, false);
      expect((await kit.due(NOW + 2 * HOUR)).has(waiting.id)).toBe(false);
    });

    test('is read whole where it is small, and says when there is more', async () => {
      const batch = `whole.${kit.freshId().replaceAll(/\W/g, '')}`;
      await heads().reserve(freshBuffer(batch), 1, 0, opening('a'));
      const { entries, isAll } = await kit.store.index.start(10_000);
      expect(isAll).toBe(true);
      expect(entries).toContainEqual(expect.objectContaining({ kind: 'head', dueAt: NOW + 1_000 }));
      const first = await kit.store.index.start(1);
      expect([first.entries.length, first.isAll]).toEqual([1, false]);
      expect([...first.sizes.values()]).toEqual([1]);
    });

    test('has partitions of its own for each batch, and finds all when they become more', async () => {
      const batch = `parts.${kit.freshId().replaceAll(/\W/g, '')}`;
      const own = async () => (await kit.store.index.partitions()).filter(found => found.batch === batch);
      const found = async () => {
        const pages = await Promise.all(
          (await own()).map(({ tick }) => kit.store.index.due(tick, NOW * 2, 99)),
        );
        return pages.flat().length;
      };
      const put = () =>
        forEach(Array.from({ length: 8 }), async () => {
          await heads().reserve(freshBuffer(batch), 1, 0, opening('a'));
          await kit.store.jobs.putJob(kit.newJob({ batch }), NOW);
        });
      expect(await own()).toEqual([]);
      await put();
      // four for heads and four for jobs, since the batch has groups
      expect([(await own()).length, await found()]).toEqual([8, 16]);
      await kit.store.index.spreadOut(batch, 4, 8);
      await kit.store.index.spreadOut(batch, 4, 16);
      await put();
      expect([(await own()).length, await found()]).toEqual([16, 32]);
      const buffers = await kit.store.index.buffersOf(batch);
      expect(buffers).toHaveLength(16);
      const byKey = (one: BufferKey[]) => one.map(buffer => JSON.stringify(buffer)).sort();
      const all = await kit.store.index.someBuffersOf(batch, 1_000);
      expect([byKey(all.buffers), all.isAll]).toEqual([byKey(buffers), true]);
      const some = await kit.store.index.someBuffersOf(batch, 5);
      expect(some.isAll).toBe(false);
      expect(some.buffers.length).toBeGreaterThan(0);
      expect(byKey(buffers)).toEqual(expect.arrayContaining(byKey(some.buffers)));
      expect(await kit.store.jobs.list(batch, 'open', 99)).toHaveLength(16);
      expect(await kit.store.jobs.count(batch, 'open', 99)).toBe(16);
    });

    test('is read soonest first, no more than asked for', async () => {
      // long ago, so that nothing of the other tests comes before
      const at = NOW / 2;
      for (const i of [5, 3, 1, 4, 2, 0, 6, 7, 8, 9]) await kit.store.jobs.putJob(kit.newJob(), at + i);
      const pages = await Promise.all(
        (await kit.partitions()).map(async ({ tick }) => ({
          tick,
          page: await kit.store.index.due(tick, at + 99, 99),
        })),
      );
      expect(pages.flatMap(({ page }) => page)).toHaveLength(10);
      for (const { tick, page } of pages) {
        const times = page.map(({ dueAt }) => dueAt);
        expect([...times].sort((a, b) => a - b)).toEqual(times);
        expect(await kit.store.index.due(tick, at + 99, 1)).toEqual(page.slice(0, 1));
      }
    });

    test('is read page by page, also through many entries of the same time', async () => {
      const at = NOW / 4;
      const jobs = Array.from({ length: 60 }, () => kit.newJob());
      await forEach(jobs, job => kit.store.jobs.putJob(job, at));
      const head = freshBuffer();
      await heads().reserve(head, 1, 0, opening('a', { now: at - 1_000 }));
      const found: DueEntry[] = [];
      for (const { tick } of await kit.partitions()) {
        for (let last: DueEntry | undefined; ; ) {
          const page = await kit.store.index.due(tick, at, 2, last);
          found.push(...page);
          last = page.at(-1);
          if (page.length < 2) break;
        }
      }
      const ids = found.flatMap(entry => (entry.kind === 'job' ? [entry.id] : []));
      expect(ids.sort()).toEqual(jobs.map(({ id }) => id).sort());
      expect(found.filter(({ kind }) => kind === 'head')).toEqual([
        { kind: 'head', buffer: head, dueAt: at },
      ]);
    });

    test('tells what is due after a time, soonest first', async () => {
      const at = NOW * 3;
      const jobs = Array.from({ length: 12 }, () => kit.newJob());
      for (const [i, job] of jobs.entries()) await kit.store.jobs.putJob(job, at + i);
      const pages = await Promise.all(
        (await kit.partitions()).map(({ tick }) => kit.store.index.beyond(tick, at, 99)),
      );
      expect(
        pages
          .flat()
          .map(({ dueAt }) => dueAt)
          .sort(),
      ).toEqual(jobs.slice(1).map((_, i) => at + 1 + i));
      for (const page of pages) {
        const times = page.map(({ dueAt }) => dueAt);
        expect([...times].sort((a, b) => a - b)).toEqual(times);
      }
    });

    test('names the buffers of a batch that have anything open or unpublished', async () => {
      const batch = `buffers.${kit.freshId().replaceAll(/\W/g, '')}`;
      const buffers = [
        { batch, group: undefined, shard: 0 },
        { batch, group: '', shard: 1 },
        freshBuffer(batch),
      ];
      for (const buffer of buffers) await heads().reserve(buffer, 1, 0, opening('a'));
      await heads().reserve(freshBuffer(`${batch}.b`), 1, 0, opening('a'));
      const sealed = await sealedAt(freshBuffer(batch));
      const name = ({ group, shard }: BufferKey) => JSON.stringify([group ?? null, shard]);
      const names = async () => (await kit.store.index.buffersOf(batch)).map(name).sort();
      const named = (...more: BufferKey[]) => [...buffers, ...more].map(name).sort();
      expect(await names()).toEqual(named(sealed.buffer));
      await kit.store.seals.clearMarkers(sealed.buffer, sealed.head.epoch, [0], NOW);
      expect(await names()).toEqual(named());
      expect(await kit.store.index.buffersOf(`${batch}.none`)).toEqual([]);
    });
  });

  test('a lease has one holder until it lapses or is let go', async () => {
    const { leases } = kit.store;
    const lease = kit.freshId();
    expect(await leases.acquire(lease, 'a', NOW, NOW + 10)).toBe(true);
    expect(await leases.acquire(lease, 'b', NOW + 5, NOW + 15)).toBe(false);
    expect(await leases.acquire(lease, 'a', NOW + 5, NOW + 20)).toBe(true);
    expect(await leases.acquire(lease, 'b', NOW + 21, NOW + 30)).toBe(true);
    await leases.release(lease, 'a');
    expect(await leases.acquire(lease, 'c', NOW + 22, NOW + 40)).toBe(false);
    await leases.release(lease, 'b');
    expect(await leases.acquire(lease, 'c', NOW + 22, NOW + 40)).toBe(true);
  });
}
