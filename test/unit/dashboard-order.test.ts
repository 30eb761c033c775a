import { describe, expect, test } from '@jest/globals';
import type { BatchStatus } from '../../dashboard/page/api/contract.ts';
import { DRAIN_MINUTES } from '../../dashboard/page/model/drain-minutes.ts';
import { lastMinute } from '../../dashboard/page/model/rate.ts';
import { byTrouble, inOrder } from '../../dashboard/page/model/trouble.ts';
import { FakeApi } from '../support/fake-api.ts';
import { runCli } from '../support/run-cli.ts';

const JOBS = { waiting: 0, active: 0, retrying: 0, parked: 0, completed: 9, failed: 0, dead: 0 };
const FREE = { paused: false, ingestionPaused: false, draining: false };
const status = (batch: string, more: object = {}): BatchStatus =>
  ({ batch, ...FREE, jobs: JOBS, ...more }) as unknown as BatchStatus;
const names = (batches: readonly BatchStatus[]) => batches.map(({ batch }) => batch).join(' ');

describe('batches', () => {
  test('that fail come first, then those that are held back, then those that wait', () => {
    const all = [
      status('calm'),
      status('waits', { jobs: { ...JOBS, waiting: 1 } }),
      status('paused', { paused: true }),
      status('refuses', { paused: true, ingestionPaused: true }),
      status('retries', { jobs: { ...JOBS, retrying: 1 } }),
      status('busy', { jobs: { ...JOBS, active: 3 } }),
      status('dead', { jobs: { ...JOBS, dead: 1 } }),
      status('failed', { paused: true, jobs: { ...JOBS, failed: 1 } }),
    ];
    expect(names(byTrouble(all))).toBe('dead failed retries refuses paused waits calm busy');
  });

  test('stay in an order that is held, and new ones come last', () => {
    const all = [status('a'), status('new'), status('b'), status('c', { paused: true })];
    expect(names(inOrder(all, ['b', 'gone', 'c', 'a']))).toBe('b c a new');
  });
});

test('a rate is that of the last 60 seconds, also when a minute has just begun', () => {
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const until = (seconds: number) =>
    ({
      buffers: { open: 0, items: 0, asOf: at(seconds) },
      throughput: {
        minutes: [
          { at: at(600), items: 2_000, batches: 20 },
          { at: at(660), items: 600, batches: 6 },
        ],
        partial: false,
      },
    }) as unknown as BatchStatus;
  expect(lastMinute([until(661)])).toEqual({ items: 2_567, batches: 26 });
  expect(lastMinute([until(690)])).toEqual({ items: 1_600, batches: 16 });
  expect(lastMinute([until(719)])).toEqual({ items: 633, batches: 6 });
  expect(lastMinute([])).toEqual({ items: 0, batches: 0 });
});

test('a drain has the same time on the page and in the command line', async () => {
  const { stdout } = await runCli(['drain', '--help'], new FakeApi());
  expect(stdout).toContain(`${DRAIN_MINUTES}m`);
});
