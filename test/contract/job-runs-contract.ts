import { describe, expect, test } from '@jest/globals';
import type { PreparedRecord } from '#lib/store/job';
import type { JobEnd } from '#lib/store/job-ports';
import { type ContractKit, DAY, forEach, NOW } from './store-under-test.ts';

const LOCK_MS = 1_000;

/** A run's claim: two attempts are allowed, unless it says otherwise. */
export const claimBy = (by: string, now = NOW, maxAttempts = 2, batch = 'contract') => ({
  by,
  batch,
  now,
  lockedUntil: now + LOCK_MS,
  maxAttempts,
  tags: ['t'],
});

/** A job that runs. Returns its id. */
export async function runningJob(kit: ContractKit, by: string): Promise<string> {
  const id = await kit.waitingJob();
  await kit.store.jobs.claim(id, claimBy(by));
  return id;
}

/** How a run of a job of batch `contract` ends. */
export const ending = (status: JobEnd['status'], change: Partial<JobEnd> = {}): JobEnd => ({
  batch: 'contract',
  status,
  now: NOW + 100,
  attempts: 1,
  runs: [],
  items: undefined,
  left: undefined,
  lost: undefined,
  error: undefined,
  itemErrors: undefined,
  result: undefined,
  resultCut: undefined,
  progress: undefined,
  notBefore: undefined,
  keepMs: status === 'retrying' || status === 'waiting' ? undefined : 60_000_000,
  onDeadBy: undefined,
  ...change,
});

/** How a job is redriven. */
export const redriving = (now: number, change: Partial<JobEnd> = {}): JobEnd =>
  ending('waiting', { now, attempts: 0, ...change });

/** A job from its record to the end of its runs. */
export function jobRunsContract(kit: ContractKit): void {
  const jobs = () => kit.store.jobs;
  const running = (by: string) => runningJob(kit, by);

  test('a job is put once: a second put changes nothing', async () => {
    const job = kit.newJob();
    await jobs().putJob(job, NOW + 60);
    expect(await jobs().readJob(job.id)).toEqual({
      ...job,
      status: 'waiting',
      attempts: 0,
      statusChangedAt: job.sealedAt,
      ttlDue: job.sealedAt + DAY,
      resends: 0,
      inline: false,
      runs: [],
      tags: [],
      redrives: 0,
      hookErrors: 0,
    });
    await jobs().claim(job.id, claimBy('a'));
    await jobs().putJob(job, NOW + 99);
    expect(await jobs().readJob(job.id)).toMatchObject({ ...job, status: 'active', attempts: 1 });
    expect(await jobs().readJob('nothing')).toBeUndefined();
  });

  test('jobs are read by the hundred, absent ones left out, with and without a group', async () => {
    const even = Array.from({ length: 60 }, () => kit.newJob());
    const odd = kit.newJob({ group: undefined, place: undefined });
    await forEach([...even, odd], job => jobs().putJob(job, NOW));
    const read = await jobs().readJobs([...even, odd].flatMap(({ id }) => [id, `no ${id}`]));
    expect(read.map(({ id }) => id).sort()).toEqual([...even, odd].map(({ id }) => id).sort());
    const alone = read.find(({ id }) => id === odd.id);
    expect([alone?.group, alone?.place]).toEqual([undefined, undefined]);
    expect(await jobs().readJobs([])).toEqual([]);
    const twice = await jobs().readJobs([odd.id, odd.id]);
    expect(twice.map(({ id }) => id)).toEqual([odd.id]);
  });

  describe('a claim', () => {
    test('begins an attempt, and clears what the last one left', async () => {
      const id = await running('a');
      await jobs().renew(id, 'a', NOW + LOCK_MS, { progress: { percent: 40, at: NOW } });
      await jobs().end(id, 'a', ending('retrying', { notBefore: NOW + 300 }));
      await jobs().lookAgain(id, NOW + 5, true);
      const claimed = await jobs().claim(id, claimBy('b', NOW + 300));
      expect(claimed).toMatchObject({
        outcome: 'claimed',
        job: {
          status: 'active',
          attempts: 2,
          maxAttempts: 2,
          claimedBy: 'b',
          lockedUntil: NOW + 300 + LOCK_MS,
          startedAt: NOW + 300,
          statusChangedAt: NOW + 300,
          resends: 0,
          tags: ['t'],
          notBefore: undefined,
          progress: undefined,
        },
      });
      expect(await jobs().readJob(id)).toEqual('job' in claimed && claimed.job);
    });

    test('meets a lock: busy, until it has lapsed', async () => {
      const id = await running('a');
      expect(await jobs().claim(id, claimBy('b', NOW + LOCK_MS))).toMatchObject({
        outcome: 'busy',
        job: { claimedBy: 'a', lockedUntil: NOW + LOCK_MS, attempts: 1 },
      });
      expect(await jobs().claim(id, claimBy('b', NOW + LOCK_MS + 1))).toMatchObject({
        outcome: 'claimed',
        job: { claimedBy: 'b', attempts: 2 },
      });
    });

    test('that is its own, whose first answer was lost, is no second attempt', async () => {
      const id = await running('a');
      expect(await jobs().claim(id, claimBy('a'))).toMatchObject({
        outcome: 'claimed',
        job: { attempts: 1, claimedBy: 'a' },
      });
    });

    test('before the next attempt is due: early', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('retrying', { notBefore: NOW + 500 }));
      expect(await jobs().claim(id, claimBy('b', NOW + 499))).toMatchObject({
        outcome: 'early',
        job: { status: 'retrying', notBefore: NOW + 500, attempts: 1, claimedBy: 'a' },
      });
      expect((await jobs().claim(id, claimBy('b', NOW + 500))).outcome).toBe('claimed');
    });

    test('when no attempt is left: exhausted, and nothing is changed', async () => {
      const id = await running('a');
      await jobs().claim(id, claimBy('b', NOW + 2_000));
      const before = await jobs().readJob(id);
      expect(await jobs().claim(id, claimBy('c', NOW + 4_000))).toEqual({
        outcome: 'exhausted',
        job: before,
      });
      expect(await jobs().readJob(id)).toEqual(before);
      // a definition that allows more now is asked for more
      expect((await jobs().claim(id, claimBy('c', NOW + 4_000, 3))).outcome).toBe('claimed');
    });

    test('of the last attempt’s lock: busy yet, and exhausted rather than early', async () => {
      const id = await running('a');
      expect((await jobs().claim(id, claimBy('b', NOW, 1))).outcome).toBe('busy');
      await jobs().end(id, 'a', ending('retrying', { notBefore: NOW + 500 }));
      expect((await jobs().claim(id, claimBy('b', NOW + 200, 1))).outcome).toBe('exhausted');
    });

    test.each(['completed', 'failed', 'dead'] as const)('of a job that is %s: ended', async status => {
      const id = await running('a');
      await jobs().end(id, 'a', ending(status));
      expect(await jobs().claim(id, claimBy('b', NOW + 9_000))).toMatchObject({
        outcome: 'ended',
        job: { status },
      });
    });

    test('by the consumer of another batch: foreign, and nothing is changed', async () => {
      const id = await kit.waitingJob();
      const before = await jobs().readJob(id);
      const claim = claimBy('a', NOW, 2, 'another');
      expect(await jobs().claim(id, claim)).toEqual({ outcome: 'foreign', job: before });
      expect(await jobs().claim(id, claim, kit.newJob({ batch: 'another' }))).toEqual({
        outcome: 'foreign',
        job: before,
      });
      expect(await jobs().readJob(id)).toEqual(before);
    });

    test('of what is not there: missing, unless its message carries all that the record is made of', async () => {
      const job = kit.newJob({ place: undefined });
      expect(await jobs().claim(job.id, claimBy('a'))).toEqual({ outcome: 'missing' });
      expect(await jobs().readJob(job.id)).toBeUndefined();
      expect(await jobs().claim(job.id, claimBy('a'), job)).toMatchObject({
        outcome: 'claimed',
        job: { ...job, attempts: 1, inline: true },
      });
      expect((await jobs().claim(job.id, claimBy('b'), job)).outcome).toBe('busy');
      await jobs().end(job.id, 'a', ending('retrying', { notBefore: NOW }));
      expect(await jobs().claim(job.id, claimBy('b', NOW + 1), job)).toMatchObject({
        outcome: 'claimed',
        job: { attempts: 2, inline: true },
      });
    });

    test('by many at once is one’s', async () => {
      const id = await kit.waitingJob();
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, i) => jobs().claim(id, claimBy(`w${i}`))),
      );
      expect(claims.map(({ outcome }) => outcome).sort()).toEqual([...Array(11).fill('busy'), 'claimed']);
    });
  });

  describe('a lock', () => {
    test('is renewed by its run alone, with what the run says', async () => {
      const id = await running('a');
      const progress = { percent: 12.5, label: 'ä"|', at: NOW };
      expect(await jobs().renew(id, 'b', NOW + 9_000, { progress })).toBe(false);
      expect(await jobs().renew(id, 'a', NOW + 9_000, { progress })).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({ lockedUntil: NOW + 9_000, progress });
      const error = { name: 'TimeoutError', message: 'timed out' };
      expect(await jobs().renew(id, 'a', NOW + 9_500, { timedOut: { attempt: 1, error } })).toBe(true);
      expect(await jobs().renew(id, 'a', NOW + 9_600)).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({
        lockedUntil: NOW + 9_600,
        progress,
        timedOut: 1,
        error,
      });
    });

    test('that was lost, or whose run has ended, is renewed by nobody', async () => {
      const id = await running('a');
      await jobs().claim(id, claimBy('b', NOW + 2_000));
      expect(await jobs().renew(id, 'a', NOW + 9_000)).toBe(false);
      await jobs().end(id, 'b', ending('retrying', { notBefore: NOW }));
      expect(await jobs().renew(id, 'b', NOW + 9_000)).toBe(false);
      expect(await jobs().renew('nothing', 'b', NOW + 9_000)).toBe(false);
      expect((await jobs().readJob(id))?.lockedUntil).toBeUndefined();
    });
  });

  test('what beforeFlush made of a window is written once, by the run that holds the lock', async () => {
    const id = await running('a');
    const first: PreparedRecord = { count: 2, kept: Uint8Array.of(5, 0) };
    const second: PreparedRecord = { under: `${id}.b`, count: 3 };
    expect(await jobs().putPrepared(id, 'b', second)).toBeUndefined();
    expect(await jobs().putPrepared(id, 'a', first)).toEqual(first);
    expect(await jobs().putPrepared(id, 'a', second)).toEqual(first);
    await jobs().claim(id, claimBy('b', NOW + 2_000));
    expect(await jobs().putPrepared(id, 'a', first)).toBeUndefined();
    expect(await jobs().putPrepared(id, 'b', second)).toEqual(first);
    expect((await jobs().readJob(id))?.prepared).toEqual(first);
    expect(await jobs().putPrepared('nothing', 'a', first)).toBeUndefined();
  });
}
