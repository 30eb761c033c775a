import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SPAN_NAMES } from '#lib/control/metrics';
import { FLUSH_REASONS as ALL_REASONS } from '#lib/definition/flush-reason';
import { JOB_STATUSES as ALL_STATUSES } from '#lib/definition/job-info';
import { type BatchStatus, JOB_STATUSES, type JobInfo } from '../../dashboard/page/api/contract.ts';
import { requestTo } from '../../dashboard/page/api/request-to.ts';
import { roundCeiling } from '../../dashboard/page/model/chart-scale.ts';
import { describeOptions } from '../../dashboard/page/model/describe-options.ts';
import { FLUSH_REASONS } from '../../dashboard/page/model/flush-reasons.ts';
import { bytes, duration, exactDuration, percentage, seconds } from '../../dashboard/page/model/format.ts';
import { orderGroups } from '../../dashboard/page/model/group-order.ts';
import { lastHour } from '../../dashboard/page/model/last-hour.ts';
import { parseRoute, type Route, toHash } from '../../dashboard/page/model/route.ts';
import { SPANS } from '../../dashboard/page/model/spans.ts';
import { phases, sumPhases } from '../../dashboard/page/model/timings.ts';

const name = fc.string({ unit: 'grapheme', minLength: 1 });

test('the page knows the statuses, the flush reasons and the spans of the API, and no others', () => {
  expect([...JOB_STATUSES].sort()).toEqual([...ALL_STATUSES].sort());
  expect([...FLUSH_REASONS].sort()).toEqual([...ALL_REASONS].sort());
  expect(SPANS).toEqual(SPAN_NAMES);
});

describe('an address', () => {
  test('leads to what it was made for, whatever its names are', () => {
    const route: fc.Arbitrary<Exclude<Route, { view: 'nothing' }>> = fc.oneof(
      fc.constant({ view: 'overview' as const }),
      fc.record({ view: fc.constant('job' as const), job: name }),
      fc.record(
        {
          view: fc.constant('batch' as const),
          batch: name,
          status: fc.constantFrom(...JOB_STATUSES),
          reason: fc.constantFrom(...FLUSH_REASONS),
          group: fc.string({ unit: 'grapheme' }),
          error: name,
          item: name,
        },
        { requiredKeys: ['view', 'batch'] },
      ),
    );
    fc.assert(fc.property(route, each => expect(parseRoute(toHash(each))).toEqual({ ...each })));
  });

  test.each(['#/batches/', '#/batches', '#/nothing/x', '#/jobs/%', '#/jobs/a/b', '#x'])(
    '%p leads nowhere',
    hash => {
      expect(parseRoute(hash)).toEqual({ view: 'nothing' });
    },
  );

  test.each(['', '#', '#/'])('%p leads to all batches', hash => {
    expect(parseRoute(hash)).toEqual({ view: 'overview' });
  });

  test('of the API stays under the API, whatever its names are', () => {
    const base = 'http://127.0.0.1:4680/dashboard/';
    fc.assert(
      fc.property(name, fc.string({ unit: 'grapheme' }), (batch, group) => {
        fc.pre(batch !== '.' && batch !== '..');
        const { pathname, searchParams } = new URL(
          requestTo('GET /v1/batches/{batch}/jobs', { batch, group }).path,
          base,
        );
        expect(pathname).toBe(`/dashboard/v1/batches/${encodeURIComponent(batch)}/jobs`);
        expect(searchParams.get('group')).toBe(group);
      }),
    );
  });
});

test.each([
  [-5, '0 ms'],
  [240, '240 ms'],
  [999.4, '999 ms'],
  [4_800, '4.8 s'],
  [9_980, '10 s'],
  [59_700, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_599_900, '1 h 00 m'],
  [11_520_000, '3 h 12 m'],
  [187_200_000, '2 d 04 h'],
])('%p ms is %p', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('numbers are said as they are', () => {
  expect(seconds(1_600)).toBe('2 s');
  expect([1_500, 60_000, 90_000, 86_400_000, 5].map(exactDuration)).toEqual([
    '1.5 s',
    '1 min',
    '90 s',
    '24 h',
    '5 ms',
  ]);
  expect([12, 5_000_000, 1_234].map(bytes)).toEqual(['12 B', '5.0 MB', '1.2 kB']);
  expect([percentage(3, 10), percentage(12, 10), percentage(-1, 10), percentage(1, 0)]).toEqual([
    30, 100, 0, 0,
  ]);
  expect([0, 3, 5, 12, 21, 4_310, 50_001].map(roundCeiling)).toEqual([4, 4, 5, 20, 50, 5_000, 100_000]);
});

test('groups are ordered by fill or deadline, each the other’s tie-breaker', () => {
  const group = (key: string, items: number, deadline: number) => ({
    ...{ group: key, items, maxSize: 10, openedAt: new Date(0).toISOString() },
    deadline: new Date(deadline).toISOString(),
  });
  const all = [group('a', 1, 5), group('b', 9, 9), group('c', 9, 2), group('d', 2, 5)];
  const keys = (order: 'fullest' | 'due') => orderGroups(all, order).map(each => each.group);
  expect(keys('fullest').join('')).toBe('cbda');
  expect(keys('due').join('')).toBe('cdab');
});

test('the last hour is whole, whatever the API leaves out, and of all batches by their time', () => {
  const at = (minute: number) => new Date(minute * 60_000 + 1_234).toISOString();
  const status = (now: number, ...minutes: [number, number][]) =>
    ({
      buffers: { open: 0, items: 0, asOf: at(now) },
      throughput: {
        minutes: minutes.map(([minute, items]) => ({ at: at(minute), items, batches: 1 })),
        lastMinute: {},
      },
    }) as unknown as BatchStatus;
  const hour = lastHour([status(1_000, [941, 5], [1_000, 2]), status(999, [999, 4], [941, 1], [940, 9])]);
  expect(hour).toHaveLength(60);
  expect([hour[0]?.items, hour[0]?.batches, hour.at(-2)?.items, hour.at(-1)?.items]).toEqual([6, 2, 4, 2]);
  expect(hour.reduce((sum, { items }) => sum + items, 0)).toBe(12);
  expect(lastHour([])).toHaveLength(60);
});

describe('a job’s time', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const job = (more: Partial<JobInfo>): JobInfo => ({
    ...{ id: 'j', batch: 'b', status: 'waiting', flushReason: 'size', attempt: 0, redrives: 0, attempts: [] },
    ...{
      createdAt: at(0),
      sealedAt: at(1_000),
      deadline: at(5_000),
      counts: { slots: 1 },
      tags: [],
      hookErrors: 0,
    },
    ...more,
  });
  const said = (of: JobInfo, now: number) =>
    phases(of, now).map(({ name: phase, ms, open }) => `${phase} ${ms}${open ? ' …' : ''}`);
  const failed = { attempt: 1, startedAt: at(1_500), finishedAt: at(2_000), outcome: 'failed' as const };

  test('is gathering, waiting, active, and what is between attempts', () => {
    expect(said(job({}), 1_200)).toEqual(['gathering 1000', 'waiting 200 …']);
    expect(said(job({ status: 'active', startedAt: at(1_500) }), 1_800)).toEqual([
      ...['gathering 1000', 'waiting 500', 'active 300 …'],
    ]);
    expect(said(job({ status: 'retrying', attempts: [failed] }), 2_700)).toEqual([
      ...['gathering 1000', 'waiting 500', 'active 500', 'between attempts 700 …'],
    ]);
    const second = { attempt: 2, startedAt: at(3_000), finishedAt: at(3_100), outcome: 'succeeded' as const };
    const done = job({ status: 'completed', attempts: [failed, second], finishedAt: at(3_100) });
    expect(said(done, 9_999)).toEqual([
      ...['gathering 1000', 'waiting 500', 'active 500', 'between attempts 1000', 'active 100'],
    ]);
    expect(sumPhases(phases(done, 9_999)).find(({ name: phase }) => phase === 'active')?.ms).toBe(600);
  });

  test('knows the active attempt also where it is among the attempts already', () => {
    const running = { attempt: 1, startedAt: at(1_500), outcome: 'timed out' as const };
    expect(said(job({ status: 'active', startedAt: at(1_500), attempts: [running] }), 1_800)).toEqual([
      ...['gathering 1000', 'waiting 500', 'active 300 …'],
    ]);
  });
});

test('a definition is described by what it says, and not by what it leaves out', () => {
  const options = {
    ...{ maxSize: 500, maxWaitMs: 5_000, grouped: true, deduplicated: false, persist: true, shards: 1 },
    ...{
      deadLetter: false,
      ordered: false,
      tags: [],
      retries: { max: 2, strategy: 'fixed' as const, baseDelay: 250, jitter: false },
    },
  };
  expect(Object.fromEntries(describeOptions(options))).toEqual({
    ...{ 'Flushes at': '500 items', 'Or after': '5 s', Buffers: 'one for each group' },
    ...{ Retries: '2, fixed from 250 ms', 'After the last attempt': 'the job is failed' },
  });
});
