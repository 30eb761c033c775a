import { describe, expect, test } from '@jest/globals';
import type { JobList } from '#lib/store/job-ports';
import { claimBy, ending, redriving } from './job-runs-contract.ts';
import { type ContractKit, HOUR, NOW } from './store-under-test.ts';

/** Names that look alike where they are part of a key. */
const ALIKE = ['a', 'a.b', 'a:b', 'a-b', 'a.open', 'a.0'];

/** Jobs as they are listed and counted. */
export function jobListsContract(kit: ContractKit): void {
  const jobs = () => kit.store.jobs;
  const freshBatch = (): string => `lists.${kit.freshId().replaceAll(/\W/g, '')}`;
  /** So many waiting jobs, sealed one millisecond after the other, in the order of their sealing. */
  const sealed = async (batch: string, count: number): Promise<string[]> => {
    const made = Array.from({ length: count }, (_, i) => kit.newJob({ batch, sealedAt: NOW + i }));
    await Promise.all([...made].reverse().map(job => jobs().putJob(job, NOW)));
    return made.map(({ id }) => id);
  };
  const ids = async (...args: Parameters<ReturnType<typeof jobs>['list']>) =>
    (await jobs().list(...args)).map(({ id }) => id);
  const move = async (batch: string, id: string, status: Exclude<JobList, 'open'>, now: number) => {
    await jobs().claim(id, claimBy('a', now, 2, batch));
    await jobs().end(id, 'a', ending(status, { batch, now }));
  };

  describe('a list of jobs', () => {
    test('has the latest first, up to the limit', async () => {
      const batch = freshBatch();
      const latest = (await sealed(batch, 25)).reverse();
      expect(await ids(batch, 'open', 100)).toEqual(latest);
      expect(await ids(batch, 'open', 7)).toEqual(latest.slice(0, 7));
      expect(await ids(batch, 'open', 1)).toEqual(latest.slice(0, 1));
      const places = (await jobs().list(batch, 'open', 100)).map(({ at }) => at);
      expect([...places].sort().reverse()).toEqual(places);
    });

    test('is read page by page, each job once, also those of the same moment', async () => {
      const batch = freshBatch();
      const made = await sealed(batch, 8);
      // more than a page has, and than there are partitions
      const same = Array.from({ length: 6 }, () => kit.newJob({ batch, sealedAt: NOW + 5 }));
      await Promise.all(same.map(job => jobs().putJob(job, NOW)));
      for (const limit of [1, 4, 100]) {
        const read: string[] = [];
        for (let before: string | undefined; ; ) {
          const page = await jobs().list(batch, 'open', limit, before);
          if (page.length === 0) break;
          read.push(...page.map(({ id }) => id));
          before = page.at(-1)?.at;
        }
        expect(read).toHaveLength(14);
        expect(new Set(read)).toEqual(new Set([...made, ...same.map(({ id }) => id)]));
      }
    });

    test('is read from its other end, page by page, each job that has not ended once', async () => {
      const batch = freshBatch();
      const made = Array.from({ length: 9 }, () => kit.newJob({ batch }));
      await Promise.all(made.map((job, at) => jobs().putJob(job, NOW + Math.floor(at / 4))));
      for (const limit of [1, 3, 100]) {
        const read: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await jobs().openFrom(batch, limit, after);
          read.push(...page.map(({ id }) => id));
          after = page.at(-1)?.at;
          if (page.length < limit) break;
        }
        expect(read).toEqual(
          made.map(({ id }) => id).sort((a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1)),
        );
      }
      function orderOf(id: string): number {
        return Math.floor(made.findIndex(job => job.id === id) / 4);
      }
    });

    test('goes on behind its place, whatever has come in since', async () => {
      const batch = freshBatch();
      const latest = (await sealed(batch, 6)).reverse();
      const page = await jobs().list(batch, 'open', 3);
      await jobs().putJob(kit.newJob({ batch, sealedAt: NOW + HOUR }), NOW);
      expect(await ids(batch, 'open', 3, page.at(-1)?.at)).toEqual(latest.slice(3));
      expect(await ids(batch, 'open', 3, latest.length === 0 ? '' : '0')).toEqual([]);
    });

    test('is one of four: a job is in that of its state, at the time at which it came to be so', async () => {
      const batch = freshBatch();
      const made = await sealed(batch, 9);
      const [a = '', b = '', c = '', d = '', ...others] = made;
      await move(batch, c, 'completed', NOW + 500);
      await move(batch, a, 'completed', NOW + 600);
      await move(batch, b, 'failed', NOW + 700);
      await move(batch, d, 'dead', NOW + 800);
      expect(await ids(batch, 'completed', 9)).toEqual([a, c]);
      expect(await ids(batch, 'failed', 9)).toEqual([b]);
      expect(await ids(batch, 'dead', 9)).toEqual([d]);
      expect(await ids(batch, 'open', 9)).toEqual([...others].reverse());
      await jobs().redrive(b, 'redriver', redriving(NOW + 900, { batch }), 0, NOW + 900);
      await jobs().redrive(d, 'redriver', redriving(NOW + 950, { batch }), 0, NOW + 900);
      expect(await ids(batch, 'open', 9)).toEqual([d, b, ...[...others].reverse()]);
      expect([...(await ids(batch, 'failed', 9)), ...(await ids(batch, 'dead', 9))]).toEqual([]);
    });

    test('has a job where the ticker looks at it next, while it runs, is retried and parked', async () => {
      const batch = freshBatch();
      const [first = '', second = ''] = await sealed(batch, 2);
      const before = await jobs().list(batch, 'open', 9);
      await jobs().claim(first, claimBy('a', NOW, 2, batch));
      await jobs().end(first, 'a', ending('retrying', { batch, notBefore: NOW }));
      await jobs().park(second, NOW);
      expect(await jobs().list(batch, 'open', 9)).toEqual(before);
      await jobs().lookAgain(first, NOW + HOUR, true);
      expect(await ids(batch, 'open', 9)).toEqual([first, second]);
      await jobs().close(second, 'closer', ending('failed', { batch }));
      expect(await ids(batch, 'open', 9)).toEqual([first]);
      expect(await ids(batch, 'failed', 9)).toEqual([second]);
    });

    test('has the jobs whose items are in their messages, from their first claim on', async () => {
      const job = kit.newJob({ batch: freshBatch(), place: undefined });
      await jobs().claim(job.id, claimBy('a'), job);
      expect(await ids(job.batch, 'open', 9)).toEqual([job.id]);
    });

    test('is its batch’s alone, however alike another’s name is', async () => {
      const prefix = freshBatch();
      const batches = [prefix, ...ALIKE.map(name => `${prefix}${name}`)];
      const made = await Promise.all(batches.map(batch => sealed(batch, 2)));
      for (const [at, batch] of batches.entries()) {
        expect(await ids(batch, 'open', 99)).toEqual([...(made[at] ?? [])].reverse());
        expect(await jobs().count(batch, 'open', 99)).toBe(2);
        expect(await jobs().count(batch, 'dead', 99)).toBe(0);
      }
    });
  });

  describe('a count of jobs', () => {
    test('is of a list, no further than about enough', async () => {
      const batch = freshBatch();
      const made = await sealed(batch, 25);
      expect(await jobs().count(batch, 'open', 1_000)).toBe(25);
      expect(await jobs().count(batch, 'open', 3)).toBeGreaterThanOrEqual(3);
      for (const id of made.slice(0, 4)) await move(batch, id, 'completed', NOW + HOUR);
      expect(await jobs().count(batch, 'open', 1_000)).toBe(21);
      expect(await jobs().count(batch, 'completed', 1_000)).toBe(4);
      expect(await jobs().count(freshBatch(), 'open', 1_000)).toBe(0);
    });

    test('can leave out what came before', async () => {
      const batch = freshBatch();
      const made = await sealed(batch, 6);
      for (const [i, id] of made.entries()) await move(batch, id, 'failed', NOW + 100 * i);
      const since = (at: number) => jobs().count(batch, 'failed', 1_000, at);
      expect([await since(NOW), await since(NOW + 300), await since(NOW + 301)]).toEqual([6, 3, 2]);
      expect(await since(NOW + HOUR)).toBe(0);
    });
  });
}
