import { describe, expect, test } from '@jest/globals';
import { batch, type Receipt } from 'cistern';
import { gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
}

const handlers = new Map<string, () => unknown>();
const runs = batch<Item>({
  name: 'waited-for',
  maxSize: 10,
  maxWaitMs: 60_000,
  groupBy: ({ group }) => group,
  handler: ({ groupKey }) => handlers.get(groupKey ?? '')?.(),
});

describe('waitFor', () => {
  useLocal({ batches: [runs] });

  async function flushed(group: string): Promise<Receipt> {
    const receipt = await runs.add({ group });
    await runs.flush(group);
    return receipt;
  }

  test('takes a receipt or an id, and a window that is open yet is waited for too', async () => {
    handlers.set('wait', () => 'the result');
    const receipt = await runs.add({ group: 'wait' });
    const waiting = Promise.all([runs.waitFor(receipt), runs.waitFor(receipt.job)]);
    await runs.flush('wait');
    const [byReceipt, byId] = await waiting;
    expect(byReceipt).toMatchObject({ id: receipt.job, status: 'completed', result: 'the result' });
    expect(byId).toEqual(byReceipt);
  });

  test('gives up at its time, and says how the job stands', async () => {
    const open = await runs.add({ group: 'never flushed' });
    await expect(runs.waitFor(open, { timeoutMs: 120 })).rejects.toMatchObject({
      code: 'job.wait_timed_out',
      message: `Job ${open.job} has not ended within 120 ms: it is still gathering.`,
      details: { job: open.job, timeoutMs: 120 },
    });
    const { opened, open: letGo } = gate();
    handlers.set('wait long', () => opened);
    const running = await flushed('wait long');
    await until('it runs', async () => (await runs.getJob(running.job))?.status === 'active');
    await expect(runs.waitFor(running, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'job.wait_timed_out',
      details: { status: 'active' },
    });
    letGo();
    await runs.waitFor(running);
  });

  test('ends when its signal is aborted', async () => {
    const waiting = runs.waitFor('no such job', { signal: AbortSignal.abort(new Error('enough')) });
    await expect(waiting).rejects.toThrow('enough');
  });
});
