import { describe, expect, test } from '@jest/globals';
import type { JobEnd } from '#lib/store/job-ports';
import { claimBy, ending, redriving } from './job-runs-contract.ts';
import { type ContractKit, DAY, HOUR, NOW } from './store-under-test.ts';

/** Jobs that have ended: onDead, redrive, expiry, purge. */
export function endedJobsContract(kit: ContractKit): void {
  const jobs = () => kit.store.jobs;
  const ended = async (status: JobEnd['status'], change: Partial<JobEnd> = {}): Promise<string> => {
    const job = kit.newJob();
    await jobs().putJob(job, NOW);
    await jobs().claim(job.id, claimBy('a'));
    await jobs().end(job.id, 'a', ending(status, change));
    return job.id;
  };
  const dueAt = async (id: string) => (await kit.due(NOW * 2)).get(id);

  describe('onDead', () => {
    const owed = () => ended('dead', { onDeadBy: NOW + 5_000 });

    test('is owed to a job that died with one, and the ticker looks whether it was called', async () => {
      const id = await owed();
      expect((await jobs().readJob(id))?.onDeadPending).toBe(0);
      expect(await dueAt(id)).toBe(NOW + 5_000);
      await jobs().lookAgain(id, NOW + 6_000, true);
      expect(await dueAt(id)).toBe(NOW + 6_000);
      expect((await jobs().readJob(id))?.resends).toBe(1);
    });

    test('is called by one at a time, until its lock has lapsed', async () => {
      const id = await owed();
      expect(await jobs().claimOnDead(id, 'x', NOW, NOW + 300)).toMatchObject({
        id,
        claimedBy: 'x',
        lockedUntil: NOW + 300,
        status: 'dead',
      });
      expect(await jobs().claimOnDead(id, 'y', NOW + 300, NOW + 600)).toBeUndefined();
      expect(await jobs().claimOnDead(id, 'x', NOW, NOW + 300)).toMatchObject({ id, claimedBy: 'x' });
      expect(await jobs().claimOnDead(id, 'y', NOW + 301, NOW + 600)).toMatchObject({ claimedBy: 'y' });
    });

    test('that has returned is owed no more', async () => {
      const id = await owed();
      await jobs().claimOnDead(id, 'x', NOW, NOW + 300);
      await jobs().endOnDead(id, 'somebody else', { now: NOW, keepMs: HOUR });
      expect((await jobs().readJob(id))?.onDeadPending).toBe(0);
      for (let i = 0; i < 2; i++) await jobs().endOnDead(id, 'x', { now: NOW, keepMs: HOUR });
      const job = await jobs().readJob(id);
      expect([job?.status, job?.onDeadPending, job?.lockedUntil]).toEqual(['dead', undefined, undefined]);
      expect(await dueAt(id)).toBeUndefined();
      expect(await jobs().claimOnDead(id, 'y', NOW + 999, NOW + 1_300)).toBeUndefined();
      await kit.at(NOW + HOUR + 2_000, async () => expect(await jobs().readJob(id)).toBeUndefined());
      await jobs().lookAgain(id, NOW + 6_000, true);
      expect(await dueAt(id)).toBeUndefined();
    });

    test('that has thrown is owed, counted, and looked at again', async () => {
      const id = await owed();
      await jobs().claimOnDead(id, 'x', NOW, NOW + 300);
      await jobs().endOnDead(id, 'x', { againAt: NOW + 9_000 });
      const job = await jobs().readJob(id);
      expect([job?.status, job?.onDeadPending, job?.lockedUntil]).toEqual(['dead', 1, undefined]);
      expect(await dueAt(id)).toBe(NOW + 9_000);
      expect(await jobs().claimOnDead(id, 'y', NOW + 10, NOW + 300)).toMatchObject({ onDeadPending: 1 });
    });

    test.each(['completed', 'failed', 'dead', 'retrying'] as const)(
      'is not owed to a job that ended as %s, without saying so',
      async status => {
        const id = await ended(status, { notBefore: NOW });
        expect(await jobs().claimOnDead(id, 'x', NOW + 9_000, NOW + 9_300)).toBeUndefined();
        expect(await jobs().claimOnDead('nothing', 'x', NOW, NOW + 300)).toBeUndefined();
      },
    );
  });

  describe('redrive', () => {
    const facts: Partial<JobEnd> = {
      runs: [{ attempt: 1, startedAt: NOW, finishedAt: NOW + 1, outcome: 'failed' }],
      items: 3,
      left: Uint8Array.of(5),
      error: { name: 'Error', message: 'broke' },
      progress: { percent: 50, at: NOW },
    };

    test.each(['failed', 'dead'] as const)('makes a %s job wait for a first attempt again', async status => {
      const id = await ended(status, { ...facts, lost: Uint8Array.of(2) });
      const { progress: _, ...kept } = { ...facts, left: Uint8Array.of(7) };
      const redrive = () => jobs().redrive(id, 'redriver', redriving(NOW + HOUR, kept), 0, NOW + HOUR + 60);
      expect(await redrive()).toBe('redriven');
      const job = await jobs().readJob(id);
      expect(job).toMatchObject({
        ...kept,
        status: 'waiting',
        attempts: 0,
        resends: 0,
        redrives: 1,
        statusChangedAt: NOW + HOUR,
      });
      const gone = [job?.progress, job?.finishedAt, job?.notBefore, job?.lockedUntil, job?.lost];
      expect(gone).toEqual(gone.map(() => undefined));
      expect(await dueAt(id)).toBe(NOW + HOUR + 60);
      expect(await jobs().claimOnDead(id, 'x', NOW + HOUR, NOW + 2 * HOUR)).toBeUndefined();
      // the same redrive, whose answer was lost, is its own; another one comes too late
      expect(await redrive()).toBe('redriven');
      expect(await jobs().redrive(id, 'other', redriving(NOW + HOUR, kept), 0, NOW + HOUR)).toBe('refused');
      expect((await jobs().readJob(id))?.redrives).toBe(1);
      // it has all its attempts again, and its record does not expire meanwhile
      await kit.at(NOW + 9_000 * HOUR, async () => {
        expect(await jobs().claim(id, claimBy('b', NOW + HOUR, 1))).toMatchObject({
          outcome: 'claimed',
          job: { attempts: 1, redrives: 1 },
        });
        expect(await jobs().readJob(id)).toBeDefined();
      });
    });

    test('has a job that carried its items in its message go by its record', async () => {
      const job = kit.newJob({ place: undefined });
      await jobs().claim(job.id, claimBy('a'), job);
      await jobs().end(job.id, 'a', ending('failed'));
      expect((await jobs().readJob(job.id))?.inline).toBe(true);
      await jobs().redrive(job.id, 'redriver', redriving(NOW + HOUR), 0, NOW + HOUR + 60);
      expect((await jobs().readJob(job.id))?.inline).toBe(false);
      expect(await dueAt(job.id)).toBe(NOW + HOUR + 60);
    });

    test('leaves it so when the job’s first message comes once more', async () => {
      const job = kit.newJob({ place: undefined });
      await jobs().claim(job.id, claimBy('a'), job);
      await jobs().end(job.id, 'a', ending('failed'));
      await jobs().redrive(job.id, 'redriver', redriving(NOW), 0, NOW);
      await jobs().claim(job.id, claimBy('b'), job);
      await jobs().end(job.id, 'b', ending('completed'));
      expect((await jobs().readJob(job.id))?.inline).toBe(false);
    });

    test('leaves a job alone whose onDead is owed, until that has returned', async () => {
      const id = await ended('dead', { onDeadBy: NOW + 5_000 });
      const redrive = () => jobs().redrive(id, 'redriver', redriving(NOW + 10), 0, NOW + 60_000);
      expect(await redrive()).toBe('on dead owed');
      await jobs().claimOnDead(id, 'x', NOW, NOW + 300);
      expect(await redrive()).toBe('on dead owed');
      await jobs().endOnDead(id, 'x', { againAt: NOW + 9_000 });
      expect(await redrive()).toBe('on dead owed');
      expect(await jobs().readJob(id)).toMatchObject({ status: 'dead', onDeadPending: 1 });
      await jobs().claimOnDead(id, 'y', NOW, NOW + 300);
      await jobs().endOnDead(id, 'y', { now: NOW, keepMs: HOUR });
      expect(await redrive()).toBe('redriven');
    });

    test('leaves a job alone that has been redriven, and has ended again, since it was read', async () => {
      const id = await ended('failed');
      await jobs().redrive(id, 'redriver', redriving(NOW + 10), 0, NOW + 60_000);
      await jobs().claim(id, claimBy('b', NOW + 20));
      await jobs().end(id, 'b', ending('failed', { now: NOW + 30 }));
      expect(await jobs().redrive(id, 'redriver', redriving(NOW + 40), 0, NOW + 60_000)).toBe('refused');
      expect(await jobs().redrive(id, 'redriver', redriving(NOW + 40), 1, NOW + 60_000)).toBe('redriven');
      expect((await jobs().readJob(id))?.redrives).toBe(2);
    });

    test.each(['completed', 'retrying'] as const)('leaves a job that is %s alone', async status => {
      const id = await ended(status, { notBefore: NOW + 700 });
      const before = await jobs().readJob(id);
      expect(await jobs().redrive(id, 'redriver', redriving(NOW + HOUR), 0, NOW + HOUR)).toBe('refused');
      expect(await jobs().readJob(id)).toEqual(before);
      expect(await jobs().redrive('nothing', 'redriver', redriving(NOW), 0, NOW)).toBe('refused');
      expect(await jobs().readJob('nothing')).toBeUndefined();
    });
  });

  test.each(['completed', 'failed', 'dead'] as const)(
    'a %s job is not there any more once it has been kept for as long as was asked',
    async status => {
      const id = await ended(status, { keepMs: 60_000 });
      await kit.at(NOW + 59_000, async () => {
        expect((await jobs().readJob(id))?.status).toBe(status);
      });
      await kit.at(NOW + 63_000, async () => {
        expect(await jobs().readJob(id)).toBeUndefined();
        expect(await jobs().readJobs([id])).toEqual([]);
        expect(await jobs().redrive(id, 'redriver', redriving(NOW + 63_000), 0, NOW + 64_000)).toBe(
          'refused',
        );
        expect((await jobs().claim(id, claimBy('b', NOW + 63_000))).outcome).toBe('ended');
      });
    },
  );

  test('a job that is shown no more, or purged, is met by whoever publishes its window once more', async () => {
    const [short, purged] = [kit.newJob(), kit.newJob()];
    for (const job of [short, purged]) {
      expect(await jobs().putJob(job, NOW)).toBeUndefined();
      expect(await jobs().putJob(job, NOW)).toMatchObject({ id: job.id, status: 'waiting' });
      await jobs().claim(job.id, claimBy('a'));
      await jobs().end(job.id, 'a', ending('completed', { keepMs: 60_000 }));
    }
    await jobs().beginPurge(purged.id, 0);
    await jobs().purge(purged.id);
    await kit.at(NOW + 15 * DAY, async () => {
      for (const job of [short, purged]) {
        expect(await jobs().readJob(job.id)).toBeUndefined();
        expect(await jobs().putJob(job, NOW)).toMatchObject({ id: job.id, status: 'completed' });
        expect(Number((await kit.jobRecord(job.id))['expires']) * 1_000).toBeGreaterThanOrEqual(
          NOW + 15 * DAY,
        );
      }
    });
    expect(await kit.jobRecord(purged.id)).not.toHaveProperty('group');
  });

  test('a purged job is in no list and not there, and stays ended to a message that comes late', async () => {
    const batch = `purged.${kit.freshId().replaceAll(/\W/g, '')}`;
    const job = kit.newJob({ batch });
    await jobs().putJob(job, NOW);
    expect(await jobs().beginPurge(job.id, 0)).toBe(false);
    await jobs().purge(job.id);
    await jobs().claim(job.id, claimBy('a', NOW, 2, batch));
    expect(await jobs().beginPurge(job.id, 0)).toBe(false);
    await jobs().purge(job.id);
    expect(await jobs().readJob(job.id)).toMatchObject({ status: 'active' });
    await jobs().end(job.id, 'a', ending('dead', { batch, onDeadBy: NOW + 5_000 }));
    expect(await jobs().list(batch, 'dead', 9)).toHaveLength(1);
    expect(await jobs().beginPurge(job.id, 0)).toBe(true);
    expect(await jobs().claimOnDead(job.id, 'x', NOW, NOW + 300)).toBeUndefined();
    expect(await jobs().redrive(job.id, 'redriver', redriving(NOW + HOUR), 0, NOW + HOUR)).toBe('refused');
    // a purge that was cut off here can be asked for again
    expect(await jobs().readJob(job.id)).toMatchObject({ status: 'dead' });
    expect(await jobs().beginPurge(job.id, 0)).toBe(true);
    await jobs().purge(job.id);
    expect(await jobs().readJob(job.id)).toBeUndefined();
    expect(await jobs().list(batch, 'dead', 9)).toEqual([]);
    expect(await jobs().count(batch, 'dead', 9)).toBe(0);
    expect(await dueAt(job.id)).toBeUndefined();
    expect((await jobs().claim(job.id, claimBy('b', NOW + 9_000, 2, batch))).outcome).toBe('ended');
    expect(await jobs().redrive(job.id, 'redriver', redriving(NOW + HOUR), 0, NOW + HOUR)).toBe('refused');
    expect(await jobs().beginPurge('nothing', 0)).toBe(false);
    await jobs().purge('nothing');
    expect(await jobs().readJob('nothing')).toBeUndefined();
  });
}
