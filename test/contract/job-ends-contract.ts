import { describe, expect, test } from '@jest/globals';
import type { JobEnd } from '#lib/store/job-ports';
import { claimBy, ending, redriving, runningJob } from './job-runs-contract.ts';
import { type ContractKit, DAY, NOW } from './store-under-test.ts';

const FACTS: Partial<JobEnd> = {
  runs: [
    { attempt: 1, outcome: 'died', error: { name: 'ProcessDiedError', message: 'gone' } },
    { attempt: 1, redrive: 1, startedAt: NOW, finishedAt: NOW + 1, outcome: 'partly failed' },
  ],
  items: 9,
  left: Uint8Array.of(7, 1),
  lost: Uint8Array.of(8, 0),
  error: { name: 'Error', message: 'broke' },
  itemErrors: {
    attempt: 1,
    redrive: 1,
    stacks: ['at handler (a.ts:1:1)'],
    errors: [{ name: 'Error', message: 'broke', stack: 0, items: '0-2,8' }],
    leftOut: 1,
  },
  progress: { percent: 50, label: 'half', at: NOW },
};

/** How runs and jobs end, and what a job that waits may go through. */
export function jobEndsContract(kit: ContractKit): void {
  const jobs = () => kit.store.jobs;
  const running = (by: string) => runningJob(kit, by);
  const dueAt = async (id: string) => (await kit.due(NOW * 2)).get(id);

  describe('a run that ends', () => {
    test('to be retried leaves its job unlocked, with all that it says, where the ticker looks', async () => {
      const id = await running('a');
      await jobs().renew(id, 'a', NOW + 9_000, {
        timedOut: { attempt: 1, error: { name: 'T', message: 't' } },
      });
      const end = ending('retrying', { ...FACTS, notBefore: NOW + 700 });
      expect(await jobs().end(id, 'a', end)).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({
        ...FACTS,
        status: 'retrying',
        statusChangedAt: NOW + 100,
        notBefore: NOW + 700,
        attempts: 1,
        lockedUntil: undefined,
        finishedAt: undefined,
        timedOut: undefined,
      });
      expect(await dueAt(id)).toBe(NOW);
    });

    test('without having got at its items gives its attempt back, once', async () => {
      const id = await running('a');
      const end = ending('retrying', { notBefore: NOW + 700, attempts: 0 });
      for (let i = 0; i < 2; i++) expect(await jobs().end(id, 'a', end)).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({ status: 'retrying', attempts: 0 });
      expect(await jobs().claim(id, claimBy('b', NOW + 700, 1))).toMatchObject({
        outcome: 'claimed',
        job: { attempts: 1 },
      });
    });

    test('says all of it: what it leaves out is not there any more', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('retrying', { ...FACTS, notBefore: NOW }));
      await jobs().claim(id, claimBy('b', NOW + 2_000));
      const again = ending('retrying', { now: NOW + 2_100, notBefore: NOW + 2_200 });
      expect(await jobs().end(id, 'b', again)).toBe(true);
      const { items, left, lost, error, itemErrors, progress } = (await jobs().readJob(id)) ?? {};
      expect([items, left, lost, error, itemErrors, progress]).toEqual(Array(6).fill(undefined));
    });

    test.each(['completed', 'failed', 'dead'] as const)('as %s ends its job', async status => {
      const id = await running('a');
      const { left: _, lost: __, error: ___, itemErrors: ____, ...settled } = FACTS;
      const facts = status === 'completed' ? { ...settled, result: '{"a":[1]}' } : FACTS;
      expect(await jobs().end(id, 'a', ending(status, facts))).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({
        ...facts,
        status,
        finishedAt: NOW + 100,
        statusChangedAt: NOW + 100,
        lockedUntil: undefined,
      });
      expect(await dueAt(id)).toBeUndefined();
    });

    test('by having done all of what was left leaves nothing of the failure before', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('retrying', { ...FACTS, notBefore: NOW }));
      await jobs().claim(id, claimBy('b', NOW + 2_000));
      const resultCut = { bytes: 99_000, preview: '[1,' };
      await jobs().end(id, 'b', ending('completed', { now: NOW + 2_100, items: 9, resultCut }));
      expect(await jobs().readJob(id)).toMatchObject({
        status: 'completed',
        items: 9,
        left: undefined,
        lost: undefined,
        error: undefined,
        itemErrors: undefined,
        notBefore: undefined,
        resultCut,
      });
    });

    test.each(['retrying', 'completed', 'failed', 'dead'] as const)(
      'as %s may say so twice, and nobody else may',
      async status => {
        const id = await running('a');
        expect(await jobs().end(id, 'b', ending(status))).toBe(false);
        expect(await jobs().end('nothing', 'a', ending(status))).toBe(false);
        expect(await jobs().end(id, 'a', ending(status, { notBefore: NOW }))).toBe(true);
        const before = await jobs().readJob(id);
        expect(await jobs().end(id, 'a', ending(status, { notBefore: NOW }))).toBe(true);
        expect(await jobs().end(id, 'a', ending('failed', { now: NOW + 999 }))).toBe(false);
        expect(await jobs().readJob(id)).toEqual(before);
      },
    );

    test('after its lock was lost has nothing to say', async () => {
      const id = await running('a');
      await jobs().claim(id, claimBy('b', NOW + 2_000));
      expect(await jobs().end(id, 'a', ending('completed', { now: NOW + 2_100 }))).toBe(false);
      expect(await jobs().readJob(id)).toMatchObject({ status: 'active', claimedBy: 'b' });
    });
  });

  describe('a job is closed', () => {
    test('when its last run can no longer say how it ended: not while that may be alive', async () => {
      const id = await running('a');
      const end = (now: number) => ending('failed', { ...FACTS, now });
      expect(await jobs().close(id, 'closer', end(NOW + 1_000))).toBe(false);
      expect(await jobs().close(id, 'closer', end(NOW + 1_001))).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({
        ...FACTS,
        status: 'failed',
        finishedAt: NOW + 1_001,
        attempts: 1,
        lockedUntil: undefined,
      });
      expect(await dueAt(id)).toBeUndefined();
    });

    test('once: the same close repeated is its own, another comes too late', async () => {
      const id = await kit.waitingJob();
      for (let i = 0; i < 2; i++) expect(await jobs().close(id, 'closer', ending('dead'))).toBe(true);
      // another process ends the job in the same millisecond, and must not tell of it too
      expect(await jobs().close(id, 'other', ending('dead'))).toBe(false);
      expect(await jobs().close(id, 'other', ending('failed'))).toBe(false);
      expect(await jobs().close(id, 'closer', ending('dead', { now: NOW + 999 }))).toBe(false);
      expect(await jobs().close('nothing', 'closer', ending('failed'))).toBe(false);
      expect((await jobs().readJob(id))?.status).toBe('dead');
    });
  });

  describe('a job whose message came back without a claim', () => {
    test('counts how often, and since when, until a consumer claims it', async () => {
      const id = await kit.waitingJob();
      expect(await jobs().countUnclaimed(id, NOW + 10)).toEqual({ count: 1, since: NOW + 10 });
      expect(await jobs().countUnclaimed(id, NOW + 20)).toEqual({ count: 2, since: NOW + 10 });
      await jobs().claim(id, claimBy('a', NOW + 30));
      expect(await jobs().countUnclaimed(id, NOW + 40)).toBeUndefined();
      await jobs().end(id, 'a', ending('retrying', { notBefore: NOW + 50 }));
      expect(await jobs().countUnclaimed(id, NOW + 60)).toEqual({ count: 1, since: NOW + 60 });
      await jobs().close(id, 'closer', ending('failed', { now: NOW + 70 }));
      expect(await jobs().countUnclaimed(id, NOW + 80)).toBeUndefined();
      await jobs().redrive(id, 'redriver', redriving(NOW + 90), 0, NOW + 99);
      expect(await jobs().countUnclaimed(id, NOW + 100)).toEqual({ count: 1, since: NOW + 100 });
      expect(await jobs().countUnclaimed('nothing', NOW)).toBeUndefined();
    });
  });

  describe('a job is parked', () => {
    test('while nobody runs it, without an attempt, and can be claimed from there', async () => {
      const id = await kit.waitingJob();
      expect(await jobs().park(id, NOW + 50)).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({
        status: 'parked',
        attempts: 0,
        statusChangedAt: NOW + 50,
      });
      expect(await dueAt(id)).toBe(NOW);
      expect(await jobs().park(id, NOW + 60)).toBe(true);
      expect(await jobs().claim(id, claimBy('a', NOW + 70))).toMatchObject({
        outcome: 'claimed',
        job: { status: 'active', attempts: 1 },
      });
      expect(await jobs().park(id, NOW + 80)).toBe(false);
      expect((await jobs().readJob(id))?.status).toBe('active');
    });

    test('between attempts, and its next one still begins no sooner', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('retrying', { ...FACTS, notBefore: NOW + 700 }));
      expect(await jobs().park(id, NOW + 200)).toBe(true);
      expect(await jobs().readJob(id)).toMatchObject({ ...FACTS, status: 'parked', notBefore: NOW + 700 });
      expect((await jobs().claim(id, claimBy('b', NOW + 300))).outcome).toBe('early');
      expect((await jobs().claim(id, claimBy('b', NOW + 700))).outcome).toBe('claimed');
    });

    test('not when it has ended, nor where there is none', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('completed'));
      expect(await jobs().park(id, NOW + 9_000)).toBe(false);
      expect(await jobs().park('nothing', NOW)).toBe(false);
      expect(await jobs().readJob('nothing')).toBeUndefined();
    });
  });

  describe('a job is looked at again', () => {
    test('at another time, and within a day; that it was sent again is counted', async () => {
      const id = await kit.waitingJob();
      await jobs().lookAgain(id, NOW + 3_000, false);
      expect(await dueAt(id)).toBe(NOW + 3_000);
      expect(await jobs().readJob(id)).toMatchObject({ resends: 0 });
      await jobs().lookAgain(id, NOW + 4_000, true);
      await jobs().lookAgain(id, NOW + 5_000, true);
      expect(await dueAt(id)).toBe(NOW + 5_000);
      expect(await jobs().readJob(id)).toMatchObject({ resends: 2, status: 'waiting' });
      await jobs().lookAgain(id, NOW + 40 * DAY, false);
      expect(await dueAt(id)).toBe(NOW + DAY);
    });

    test('once the items that only its message had are stored, whatever a second message of it brings', async () => {
      const job = kit.newJob({ place: undefined });
      await jobs().claim(job.id, claimBy('a'), job);
      await jobs().markStored(job.id, NOW + 3_000);
      expect(await dueAt(job.id)).toBe(NOW + 3_000);
      await jobs().end(job.id, 'a', ending('retrying', { notBefore: NOW }));
      await jobs().claim(job.id, claimBy('b', NOW + 1), job);
      await jobs().markStored(job.id, NOW + 40 * DAY);
      expect(await dueAt(job.id)).toBe(NOW + DAY);
      await jobs().end(job.id, 'b', ending('completed'));
      expect((await jobs().readJob(job.id))?.inline).toBe(false);
      await jobs().markStored(job.id, NOW + 3_000);
      expect(await dueAt(job.id)).toBeUndefined();
    });

    test('for the life of its records: a day after its seal, when that says, and anew once a hook has made others', async () => {
      const id = await running('a');
      expect((await jobs().readJob(id))?.ttlDue).toBe(NOW + DAY);
      await jobs().setTtlDue(id, NOW + 9 * DAY);
      expect((await jobs().readJob(id))?.ttlDue).toBe(NOW + 9 * DAY);
      await jobs().putPrepared(id, 'a', { under: 'x', count: 1 });
      expect((await jobs().readJob(id))?.ttlDue).toBe(NOW + DAY);
      await jobs().end(id, 'a', ending('failed'));
      const ended = await jobs().readJob(id);
      await jobs().setTtlDue(id, NOW + 9 * DAY);
      expect(await jobs().readJob(id)).toEqual(ended);
      await jobs().setTtlDue('nothing', NOW);
      expect(await jobs().readJob('nothing')).toBeUndefined();
    });

    test('and is kept, once it is dead, for as long as its onDead is owed', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('dead', { keepMs: undefined, onDeadBy: NOW }));
      await jobs().setTtlDue(id, NOW + 9 * DAY);
      await kit.at(NOW + 300 * DAY, async () => {
        expect(await jobs().readJob(id)).toMatchObject({ status: 'dead', ttlDue: NOW + 9 * DAY });
      });
      await jobs().claimOnDead(id, 'x', NOW, NOW + 1);
      await jobs().endOnDead(id, 'x', { now: NOW, keepMs: 2 * DAY });
      await jobs().setTtlDue(id, NOW + 9 * DAY);
      await kit.at(NOW + 3 * DAY, async () => expect(await jobs().readJob(id)).toBeUndefined());
    });

    test('not once it has ended, nor where there is none', async () => {
      const id = await running('a');
      await jobs().end(id, 'a', ending('failed'));
      const before = await jobs().readJob(id);
      await jobs().lookAgain(id, NOW + 3_000, true);
      expect(await jobs().readJob(id)).toEqual(before);
      expect(await dueAt(id)).toBeUndefined();
      await jobs().lookAgain('nothing', NOW + 3_000, true);
      expect(await jobs().readJob('nothing')).toBeUndefined();
    });
  });

  test('hooks that threw are counted', async () => {
    const id = await kit.waitingJob();
    for (let i = 0; i < 2; i++) await jobs().countHookError(id);
    expect((await jobs().readJob(id))?.hookErrors).toBe(2);
    await jobs().countHookError('nothing');
    expect(await jobs().readJob('nothing')).toBeUndefined();
  });
}
