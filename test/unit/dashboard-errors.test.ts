import { describe, expect, test } from '@jest/globals';
import type { JobInfo } from '../../dashboard/page/api/contract.ts';
import { groupErrors, withoutNumbers } from '../../dashboard/page/model/error-groups.ts';

describe('what an error says', () => {
  test.each([
    ['duplicate key c17', 'duplicate key ‹id›'],
    ['timeout after 30000 ms', 'timeout after ‹n› ms'],
    ['at handlers/clicks.ts:41:22', 'at handlers/clicks.ts:‹n›'],
    ['no order 6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f', 'no order ‹id›'],
    ['10.0.0.7 refused at 12:30:05', '‹n› refused at ‹n›'],
    ['the warehouse is closed', 'the warehouse is closed'],
    ['two\n  lines', 'two lines'],
  ])('%j is %j', (message, said) => {
    expect(withoutNumbers(message)).toBe(said);
  });

  test('is the same of messages that differ in numbers and ids alone', () => {
    const said = [1, 22, 333].map(n => withoutNumbers(`order o-${n}x: ${n}.5 of ${n * 7} left`));
    expect(new Set(said).size).toBe(1);
  });
});

test('failures are grouped with their jobs, what is left of them, and when they came first and last', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const error = (message: string) => ({ name: 'Error', message });
  const run = (attempt: number, ms: number, message: string) =>
    ({
      attempt,
      startedAt: at(ms - 5),
      finishedAt: at(ms),
      outcome: 'failed',
      error: error(message),
    }) as const;
  const job = (id: string, more: Partial<JobInfo>): JobInfo =>
    ({ id, status: 'dead', sealedAt: at(0), attempts: [], counts: { slots: 4 }, ...more }) as JobInfo;
  const groups = groupErrors([
    job('a', {
      attempts: [run(1, 10, 'no row 1'), run(2, 20, 'closed')],
      counts: { slots: 4, items: 4, left: 2 },
    }),
    job('b', { attempts: [run(1, 30, 'no row 22')], counts: { slots: 4, items: 3 } }),
    job('c', { error: error('closed'), finishedAt: at(15) }),
  ]);
  expect(groups.map(({ key, jobs, ...rest }) => ({ key, jobs: jobs.map(({ id }) => id), ...rest }))).toEqual([
    {
      ...{ key: 'Error: no row ‹n›', latest: 'Error: no row 22', jobs: ['b', 'a'], attempts: 2, items: 3 },
      ...{ firstAt: at(10), lastAt: at(30) },
    },
    {
      ...{ key: 'Error: closed', latest: 'Error: closed', jobs: ['a', 'c'], attempts: 2, items: 6 },
      ...{ firstAt: at(15), lastAt: at(20) },
    },
  ]);
});
