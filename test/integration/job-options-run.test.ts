import { describe, expect, jest, test } from '@jest/globals';
import { type BatchContext, batch, type Receipt } from 'cistern';
import type { LocalLogLine } from 'cistern/local';
import { gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
}

type Context = BatchContext<Item>;

/** What handlers do, by group: each test has a group of its own. */
const handlers = new Map<string, (context: Context) => unknown>();
const options = {
  maxSize: 10,
  maxWaitMs: 60_000,
  groupBy: ({ group }: Item) => group,
  handler: (context: Context) => handlers.get(context.groupKey ?? '')?.(context),
};
const runs = batch<Item>({ ...options, name: 'runs', tags: ['blue'], retries: { max: 1, baseDelay: 20 } });
const timed = batch<Item>({ ...options, name: 'timed', timeout: 300 });
const single = batch<Item>({ ...options, name: 'single', concurrency: 1 });

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describe('a run', () => {
  const local = useLocal({ batches: [runs, timed, single], log: line => lines.push(line) });
  const lines: LocalLogLine[] = [];

  async function begin(group: string, of = runs): Promise<Receipt> {
    const receipt = await of.add({ group });
    await of.flush(group);
    return receipt;
  }
  /** Runs a batch whose handler does this to its end. */
  async function play(group: string, handler: (context: Context) => unknown, of = runs) {
    handlers.set(group, handler);
    return of.waitFor(await begin(group, of), { timeoutMs: 20_000 });
  }

  test('the context says what is run: batch, group, attempt, times, reason, tags', async () => {
    let seen: Partial<Context> = {};
    const before = Date.now();
    const receipt = await play('context', context => {
      // taken out, as a handler may: no method needs its `this`
      const { progress, getProgress, log, discard, fail, failAt, ...facts } = context;
      seen = facts;
    });
    expect(seen).toMatchObject({
      id: receipt.id,
      name: 'runs',
      batch: [{ group: 'context' }],
      batchSize: 1,
      groupKey: 'context',
      attempt: 1,
      maxAttempts: 2,
      flushReason: 'manual',
      tags: ['blue'],
      aborted: false,
    });
    expect(seen.createdAt?.getTime()).toBeGreaterThanOrEqual(before);
    expect(seen.createdAt).toEqual(receipt.createdAt);
    expect(receipt.tags).toEqual(['blue']);
  });

  test('duration goes on while the handler runs', async () => {
    const { result } = await play('duration', async context => {
      const first = context.duration;
      await sleep(30);
      return [first, context.duration];
    });
    const [first = -1, second = -1] = result as number[];
    expect(first).toBeGreaterThanOrEqual(0);
    expect(second - first).toBeGreaterThanOrEqual(29);
  });

  test('progress is stored with its label, and can be read while it runs', async () => {
    const { opened, open } = gate();
    handlers.set('progress', async ({ progress, getProgress }) => {
      await progress(40, 'loading');
      await opened;
      return getProgress();
    });
    const { job } = await begin('progress');
    await until('its progress shows', async () => (await runs.getJob(job))?.progress?.percent === 40);
    const running = await runs.getJob(job);
    expect(running).toMatchObject({ status: 'active', progress: { percent: 40, label: 'loading' } });
    expect(running?.lockedUntil?.getTime()).toBeGreaterThan(Date.now());
    open();
    expect((await runs.waitFor(job)).result).toEqual({ percent: 40, label: 'loading' });
  });

  test('progress that comes often is written about once a second, and the last word always', async () => {
    const { jobs } = local().deployment.services.store;
    const renew = jest.spyOn(jobs, 'renew');
    let id = '';
    let tookMs = 0;
    const job = await play('often', async context => {
      id = context.id;
      const begun = performance.now();
      for (let percent = 1; percent <= 100; percent++) {
        void context.progress(percent, `step ${percent}`);
        await sleep(15);
      }
      await context.progress(7.5, 'the last word');
      tookMs = performance.now() - begun;
    });
    const writes = renew.mock.calls.filter(([of, , , note]) => of === id && note?.progress).length;
    renew.mockRestore();
    expect(writes).toBeGreaterThanOrEqual(2);
    // the first, one a second, and the last
    expect(writes).toBeLessThanOrEqual(2 + Math.ceil(tookMs / 1_000));
    expect(job.progress).toMatchObject({ percent: 7.5, label: 'the last word' });
  });

  test('progress begins anew with each attempt, and a label is cut at 200 characters', async () => {
    const job = await play('anew', async ({ attempt, progress, getProgress }) => {
      if (attempt === 1) {
        await progress(90, 'x'.repeat(300));
        throw new Error('no');
      }
      return getProgress();
    });
    expect(job.result).toEqual({ percent: 0 });
    const cut = await play('cut', ({ progress }) => progress(1, 'x'.repeat(300)));
    expect(cut.progress?.label).toBe('x'.repeat(200));
  });

  test.each([-1, 101, Number.NaN, '50', undefined])(
    'progress(%p) is refused as job.progress_invalid',
    async percent => {
      const job = await play(`invalid ${percent}`, async ({ progress }) => {
        await progress(10, 'before');
        return progress(percent as number).catch((error: { code: string }) => error.code);
      });
      expect(job).toMatchObject({ result: 'job.progress_invalid', progress: { percent: 10 } });
    },
  );

  test('log lines carry the batch, the job, the group and the attempt', async () => {
    const job = await play('log', ({ log, attempt }) => {
      log('info', 'begun', { rows: 3 });
      if (attempt === 1) throw new Error('no');
      log.warn('slow');
      log.error('bad', [1]);
      log.info('done');
    });
    const from = { batch: 'runs', job: job.id, group: 'log' };
    expect(lines.filter(line => line.job === job.id && line.error === undefined)).toEqual([
      { level: 'info', message: 'begun', ...from, attempt: 1, data: { rows: 3 } },
      { level: 'info', message: 'begun', ...from, attempt: 2, data: { rows: 3 } },
      { level: 'warn', message: 'slow', ...from, attempt: 2 },
      { level: 'error', message: 'bad', ...from, attempt: 2, data: [1] },
      { level: 'info', message: 'done', ...from, attempt: 2 },
    ]);
  });

  test('timeout: the signal is aborted at its time, and the attempt has failed', async () => {
    let abortedAfter = 0;
    let reason = '';
    const job = await play(
      'slow',
      context =>
        new Promise<void>(resolve => {
          context.signal.addEventListener('abort', () => {
            abortedAfter = context.duration;
            reason = String(context.signal.reason?.message);
            if (context.aborted) resolve();
          });
        }),
      timed,
    );
    expect(abortedAfter).toBeGreaterThanOrEqual(250);
    expect(reason).toBe('timed out after 300 ms');
    expect(job).toMatchObject({ status: 'failed', error: { name: 'TimeoutError', message: reason } });
    expect(job.attempts).toMatchObject([{ outcome: 'timed out' }]);
  });

  test('timeout: what a handler returns, marks or throws too late counts for nothing', async () => {
    const late = await play(
      'late',
      async context => {
        context.failAt(0);
        await sleep(400);
        return 'too late';
      },
      timed,
    );
    expect(late).toMatchObject({ status: 'failed', counts: { items: 1, done: 0, left: 1 } });
    expect(late).not.toHaveProperty('result');
  });

  test('concurrency 1: one batch at a time', async () => {
    let [now, most] = [0, 0];
    const groups = Array.from({ length: 6 }, (_, i) => `one by one ${i}`);
    for (const group of groups) {
      handlers.set(group, async () => {
        now += 1;
        most = Math.max(most, now);
        await sleep(40);
        now -= 1;
      });
    }
    const receipts = await Promise.all(groups.map(group => begin(group, single)));
    const jobs = await Promise.all(receipts.map(receipt => single.waitFor(receipt)));
    expect(jobs.map(({ status }) => status)).toEqual(groups.map(() => 'completed'));
    expect(most).toBe(1);
  });
});
