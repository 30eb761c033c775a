import type { JobInfo, JobStatus } from '../../../dashboard/page/api/contract.ts';
import { ago, ahead, before, HOSTILE, id, SITES, start } from './gallery-answers.ts';

export function jobs(): JobInfo[] {
  const make = (n: number, status: JobStatus, more: Partial<JobInfo>): JobInfo => ({
    ...{ id: id(n), batch: 'clicks', group: [...SITES, ...HOSTILE][n % 11] ?? '', status },
    ...{ flushReason: n % 3 === 0 ? 'time' : 'size', createdAt: before(n * 9_000 + 14_000) },
    ...{ deadline: before(n * 9_000 - 46_000), sealedAt: before(n * 9_000), attempt: 1, maxAttempts: 4 },
    ...{ redrives: 0, attempts: [], counts: { slots: 500, items: 498 }, tags: ['warehouse'], hookErrors: 0 },
    ...more,
  });
  const running = { startedAt: before(8_600), lockedUntil: ahead(24_000) };
  const failure = {
    name: 'TypeError',
    message: 'Cannot read properties of undefined (reading "site")\n    at insert (handlers/clicks.ts:41:22)',
  };
  const attempt = (n: number, at: number, outcome: JobInfo['attempts'][number]['outcome']) => ({
    ...{ attempt: n, startedAt: before(at), finishedAt: before(at - 2_300), outcome },
    ...(outcome !== 'succeeded' && { error: failure }),
  });
  return [
    make(0, 'waiting', { attempt: 0 }),
    make(1, 'active', {
      ...running,
      progress: { percent: 64, label: 'Inserting rows 320 of 498', at: ago(900) },
    }),
    make(2, 'active', { ...running, progress: { percent: 12, label: HOSTILE[0] ?? '', at: ago(500) } }),
    make(3, 'active', running),
    make(5, 'retrying', {
      ...{ attempt: 2, nextAttemptAt: ahead(17_000), attempts: [attempt(1, 30_000, 'timed out')] },
      error: { name: 'ConnectionError', message: 'The warehouse did not answer within 10 s' },
    }),
    make(6, 'parked', { attempt: 0 }),
    make(7, 'dead', {
      ...{ attempt: 4, redrives: 1, startedAt: before(50_000), finishedAt: before(18_000), error: failure },
      attempts: [1, 2, 3, 4].map(n => attempt(n, 60_000 - n * 9_800, n === 3 ? 'timed out' : 'failed')),
      counts: { slots: 500, items: 498, done: 342, left: 156 },
      itemErrorsLeftOut: 12,
    }),
    make(8, 'failed', { attempt: 4, finishedAt: before(20_000), error: failure }),
    ...[9, 10, 11, 12, 13, 14].map(n =>
      make(n, 'completed', {
        ...{ startedAt: before(n * 9_000 - 120), finishedAt: before(n * 9_000 - 120 - n * 211) },
        attempts: [{ ...attempt(1, n * 9_000 - 120, 'succeeded') }],
        ...{
          result: { inserted: 498, table: 'clicks_2026', skipped: [] },
          counts: { slots: 500, items: 498, done: 498, left: 0 },
        },
      }),
    ),
  ];
}

export const items = ({ counts, status }: JobInfo) =>
  Array.from({ length: counts.items ?? 0 }, (_, index) => ({
    index,
    state: status === 'completed' || index % 3 !== 0 ? 'done' : status === 'dead' ? 'dead' : 'pending',
    ...(status === 'dead' && index % 3 === 0 && { error: itemError(index) }),
    item: { id: `c${index}`, site: 'example.com', at: start + index, path: '/shop/<b>cart</b>', user: null },
  }));

const itemError = (index: number) => ({
  name: index % 2 === 0 ? 'TypeError' : 'ConstraintError',
  message: index % 2 === 0 ? 'site is <missing>' : `duplicate key c${index}`,
  ...(index % 2 === 0 && {
    stack: 'at insert (handlers/clicks.ts:41:22)\nat async handler (handlers/clicks.ts:12:5)',
  }),
});
