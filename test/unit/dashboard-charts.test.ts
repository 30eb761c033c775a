import { expect, test } from '@jest/globals';
import type { BatchMetrics } from '../../dashboard/page/api/contract.ts';
import { saysOf } from '../../dashboard/page/model/chart.ts';
import { metricCharts } from '../../dashboard/page/model/metric-rows.ts';

const at = (ms: number) => new Date(ms).toISOString();
const figures = {
  ...{ flushed: 5, completed: 3, failed: 2, failedAttempts: 3 },
  batches: { flushed: 2, completed: 1, failed: 1 },
};
const metrics: BatchMetrics = {
  ...{ source: 'records', from: at(60_000), to: at(240_500), stepMs: 60_000, partial: false },
  points: [
    {
      ...{ at: at(120_000), ...figures, reasons: { time: 2 } },
      ...{ size: { p50: 2, p99: 3, most: 3 }, duration: { p50: 40, p99: 2_000, most: 2_000 } },
    },
  ],
};

test('charts have each step of their span, also those in which nothing happened', () => {
  const { steps, times, batches } = metricCharts(metrics);
  expect(steps.at).toEqual([60_000, 120_000, 180_000, 240_000].map(at));
  const duration = times.find(({ name }) => name === 'duration');
  expect([duration?.values, duration?.front]).toEqual([
    [undefined, 2_000, undefined, undefined],
    [undefined, 40, undefined, undefined],
  ]);
  expect(batches.find(({ name }) => name === 'flushed by time')?.values).toEqual([0, 2, 0, 0]);
});

test('what nobody counted has no row, and a step says all of its measures', () => {
  const { steps, items, times, failures } = metricCharts(metrics);
  expect(items.map(({ name }) => name)).toEqual(['flushed', 'completed']);
  expect(failures.map(({ name }) => name)).toEqual(['failed attempts', 'failed batches', 'failed items']);
  expect(saysOf(times, steps, 1)).toMatch(/ · lateness p50 –, p99 – · duration p50 40 ms, p99 2.0 s$/);
});

test('charts from CloudWatch show batches that completed and retries, and no items that nobody counted', () => {
  const { items, batches, failures } = metricCharts({
    ...metrics,
    source: 'cloudwatch',
    points: [
      {
        ...{ at: at(120_000), added: 7, flushed: 5, retries: 2, reasons: { time: 2 } },
        batches: { flushed: 2, completed: 1, failed: 1 },
      },
    ],
  });
  expect(items.map(({ name }) => name)).toEqual(['added by functions', 'flushed']);
  expect(batches.map(({ name }) => name)).toEqual(['size', 'flushed by time', 'completed']);
  expect(failures.map(({ name, values }) => [name, values[1]])).toEqual([
    ['retries', 2],
    ['failed batches', 1],
  ]);
});
