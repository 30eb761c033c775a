import { describe, expect, test } from '@jest/globals';
import type { Attempt, JobInfo } from '../../dashboard/page/api/contract.ts';
import { timeline } from '../../dashboard/page/model/timeline.ts';

const at = (ms: number) => new Date(ms).toISOString();
const job = (more: Partial<JobInfo>): JobInfo => ({
  ...{ id: 'j', batch: 'b', status: 'waiting', flushReason: 'size', attempt: 0, redrives: 0, attempts: [] },
  ...{ createdAt: at(0), sealedAt: at(1_000), deadline: at(5_000), counts: { slots: 1 }, tags: [] },
  ...{ hookErrors: 0, ...more },
});
const run = (
  attempt: number,
  from: number,
  to: number | undefined,
  more: Partial<Attempt> = {},
): Attempt => ({
  ...{ attempt, startedAt: at(from), outcome: 'failed' as const },
  ...(to !== undefined && { finishedAt: at(to) }),
  ...more,
});
const said = (of: JobInfo): string[] =>
  timeline(of).map(({ kind, number, at: from, until, open }) => {
    const time = (iso: string | undefined) => (iso === undefined ? '?' : Date.parse(iso));
    return `${kind}${number === undefined ? '' : ` ${number}`} ${time(from)}–${open ? '' : time(until)}`;
  });

describe('a job’s timeline', () => {
  test('begins with its first item, and goes on with what it waits for', () => {
    expect(said(job({}))).toEqual(['gathering 0–1000', 'waiting 1000–']);
    expect(said(job({ status: 'parked' }))).toEqual(['gathering 0–1000', 'parked 1000–']);
    expect(said(job({ status: 'retrying', attempt: 1, attempts: [run(1, 1_500, 2_000)] }))).toEqual([
      ...['gathering 0–1000', 'waiting 1000–1500', 'attempt 1 1500–2000', 'delay 2000–'],
    ]);
  });

  test('has each attempt, the delay before it, the redrive between them, hooks that threw, and its end', () => {
    const attempts = [
      run(1, 1_500, 2_000),
      run(2, 3_000, 3_100),
      run(1, 9_000, 9_500, { redrive: 1, outcome: 'succeeded' }),
    ];
    const done = job({
      ...{ status: 'completed', attempt: 1, redrives: 1, attempts, hookErrors: 2, finishedAt: at(9_500) },
    });
    expect(said(done)).toEqual([
      ...['gathering 0–1000', 'waiting 1000–1500', 'attempt 1 1500–2000', 'delay 2000–3000'],
      ...['attempt 2 3000–3100', 'redriven 1 ?–?', 'attempt 1 9000–9500', 'hooks 2 ?–?', 'ended 9500–?'],
    ]);
  });

  test('shows the active attempt once, also one that has timed out and has not returned', () => {
    const active = { status: 'active', attempt: 1, startedAt: at(1_500) } as const;
    const shown = ['gathering 0–1000', 'waiting 1000–1500', 'attempt 1 1500–'];
    expect(said(job(active))).toEqual(shown);
    const timedOut = run(1, 1_500, undefined, { outcome: 'timed out' });
    expect(said(job({ ...active, attempts: [timedOut] }))).toEqual(shown);
  });

  test('says where attempts are no longer kept, and makes up no time', () => {
    const died: Attempt = { attempt: 31, outcome: 'died' };
    expect(said(job({ status: 'waiting', attempt: 0, redrives: 1, attempts: [died] }))).toEqual([
      ...['gathering 0–1000', 'forgotten ?–?', 'attempt 31 ?–?', 'redriven 1 ?–?', 'waiting ?–'],
    ]);
  });
});
