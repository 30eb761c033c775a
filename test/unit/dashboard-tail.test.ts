import { expect, test } from '@jest/globals';
import type { Attempt, JobInfo } from '../../dashboard/page/api/contract.ts';
import { eventsOf, seenOf } from '../../dashboard/page/model/job-events.ts';

const at = (ms: number) => new Date(ms).toISOString();
const job = (more: Partial<JobInfo>): JobInfo =>
  ({
    id: 'j',
    status: 'waiting',
    sealedAt: at(1),
    attempts: [],
    redrives: 0,
    counts: {},
    ...more,
  }) as JobInfo;
const error = { name: 'Error', message: 'no' };
const failed = (attempt: number, ms: number, more: Partial<Attempt> = {}): Attempt => ({
  ...{ attempt, finishedAt: at(ms), outcome: 'failed' as const, error },
  ...more,
});
const said = (now: JobInfo, before?: JobInfo) =>
  eventsOf(now, before && seenOf(before)).map(({ kind, at: when, error: why }) =>
    [kind, Date.parse(when), why].filter(each => each !== undefined).join(' '),
  );

test('a job that is new was flushed, and each event is told once', () => {
  const one = job({ status: 'retrying', attempts: [failed(1, 5)] });
  const dead = job({ status: 'dead', attempts: [failed(1, 5), failed(2, 9)], finishedAt: at(9), error });
  expect(said(one)).toEqual(['flushed 1', 'attempt failed 5 Error: no']);
  expect(said(one, one)).toEqual([]);
  expect(said(dead, one)).toEqual(['attempt failed 9 Error: no', 'dead 9 Error: no']);
  expect(said(dead, dead)).toEqual([]);
});

test('a redrive’s attempts are events of their own', () => {
  const dead = job({ status: 'dead', attempts: [failed(1, 5)], finishedAt: at(5), error });
  const again = failed(1, 20, { redrive: 1 });
  const retrying = job({ status: 'retrying', redrives: 1, attempts: [...dead.attempts, again] });
  expect(said(retrying, dead)).toEqual(['attempt failed 20 Error: no']);
  const done = job({ status: 'completed', redrives: 1, attempts: retrying.attempts, finishedAt: at(30) });
  expect(said(done, retrying)).toEqual(['completed 30']);
});
