import { describe, expect, test } from '@jest/globals';
import { batch, type JobInfo } from 'cistern';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
  readonly n: number;
}

const calls = new Map<string, number>();
const count = (what: string): number => {
  calls.set(what, (calls.get(what) ?? 0) + 1);
  return calls.get(what) ?? 0;
};

const options = {
  maxSize: 10,
  maxWaitMs: 60_000,
  groupBy: ({ group }: Item) => group,
  handler: (): never => {
    throw new Error('dead end');
  },
} as const;

const onDeadCalls: { call: number; job: string; status: string; items: number[]; error: string }[] = [];
const dying = batch<Item>({
  ...options,
  name: 'dying',
  deadLetter: {
    enabled: true,
    onDead: (job, error) => {
      const call = count(`dead ${job.group}`);
      const items = job.items.map(({ n }) => n);
      onDeadCalls.push({ call, job: job.id, status: job.status, items, error: error.message });
      if (job.group === 'stubborn' && call < 3) throw new Error(`not the ${call}. time`);
    },
  },
});
const kept = batch<Item>({
  ...options,
  name: 'kept',
  deadLetter: { onDead: () => void count('dead of kept') },
});

const silent = batch<Item>({ ...options, name: 'silent', deadLetter: { enabled: true } });

describe('a job that has failed for good', () => {
  const local = useLocal({ batches: [dying, kept, silent] });

  async function play(of: typeof dying, group: string): Promise<JobInfo> {
    const [receipt] = await of.addBulk([7, 8].map(n => ({ group, n })));
    await of.flush(group);
    return of.waitFor(receipt ?? '', { timeoutMs: 20_000 });
  }

  test('onDead that fails twice is called a third time', async () => {
    const job = await play(dying, 'stubborn');
    expect(job.status).toBe('dead');
    await until('it was called a third time', () => calls.get('dead stubborn') === 3);
    expect(onDeadCalls.filter(({ job: id }) => id === job.id)).toEqual(
      [1, 2, 3].map(call => ({ call, job: job.id, status: 'dead', items: [7, 8], error: 'dead end' })),
    );
    const stored = () => local().deployment.services.store.jobs.readJob(job.id);
    await until('nothing more is owed', async () => (await stored())?.onDeadPending === undefined);
    expect(calls.get('dead stubborn')).toBe(3);
  });

  test('deadLetter off: the job has failed, and nothing is called', async () => {
    const job = await play(kept, 'off');
    expect(job).toMatchObject({ status: 'failed', error: { message: 'dead end' } });
    expect((await local().deployment.services.store.jobs.readJob(job.id))?.onDeadPending).toBeUndefined();
    expect(await kept.getJobItems(job.id)).toHaveLength(2);
    expect(calls.get('dead of kept')).toBeUndefined();
  });

  test('deadLetter without onDead: the job is dead, nothing is owed, and it can be read and redriven', async () => {
    const job = await play(silent, 'silent');
    expect(job.status).toBe('dead');
    expect((await local().deployment.services.store.jobs.readJob(job.id))?.onDeadPending).toBeUndefined();
    expect((await silent.getJobs({ status: 'dead' })).jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(await silent.redriveAll()).toBe(1);
    expect(await silent.waitFor(job.id)).toMatchObject({ status: 'dead', redrives: 1, attempt: 1 });
  });
});
