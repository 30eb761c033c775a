import { describe, expect, test } from '@jest/globals';
import type { BatchStatus } from '../../dashboard/page/api/contract.ts';
import { DRAIN_MINUTES } from '../../dashboard/page/model/drain-minutes.ts';
import { lastMinute } from '../../dashboard/page/model/last-minute.ts';
import { byTrouble, inOrder } from '../../dashboard/page/model/trouble.ts';
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

test('rates of several batches are added up, and what nobody counts is not made up', () => {
  const status = (lastMinute: object) => ({ throughput: { lastMinute } }) as unknown as BatchStatus;
  const figures = { flushed: 3, completed: 2, failed: 1, failedAttempts: 4 };
  expect(lastMinute([status(figures), status({ ...figures, added: 5 })])).toEqual({
    ...{ added: 5, flushed: 6, completed: 4, failed: 2, failedAttempts: 8 },
  });
  expect(lastMinute([status(figures)])).toEqual(figures);
});

test('a drain has the same time on the page and in the command line', async () => {
  const { stdout } = await runCli(['drain', '--help']);
  expect(stdout).toContain(`${DRAIN_MINUTES}m`);
});
