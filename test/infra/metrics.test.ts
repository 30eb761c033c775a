import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import { METRICS, type MetricName } from '#lib/telemetry/metrics';
import { BATCHES, synthesise } from './synthesise.ts';

const { cistern } = synthesise('shop', BATCHES);
const names = Object.keys(METRICS) as MetricName[];

test.each(names)('%s is the one that the functions write, of one batch', name => {
  expect(cistern.metric(name, 'orders').toMetricConfig().metricStat).toMatchObject({
    namespace: 'Cistern',
    metricName: name,
    dimensions: [
      { name: 'batch', value: 'orders' },
      { name: 'service', value: 'shop' },
    ],
    unitFilter: METRICS[name].unit,
  });
});

describe('each has the statistic that says most of it:', () => {
  test.each<[MetricName, string]>([
    ['ItemsAdded', 'Sum'],
    ['BatchesDead', 'Sum'],
    ['BatchSize', 'Average'],
    ['BatchBytes', 'Average'],
    ['OldestItemAge', 'Maximum'],
    ['HandlerDuration', 'p99'],
    ['FlushLateness', 'p99'],
  ])('of %s the %s', (name, statistic) => {
    expect(cistern.metric(name, 'orders').statistic).toBe(statistic);
  });
});

test('what is asked for wins over that, but not over which deployment and batch it is', () => {
  const metric = cistern.metricHandlerDuration('audit.log', {
    statistic: 'Maximum',
    period: Duration.minutes(1),
    dimensionsMap: { batch: 'orders' },
  });
  expect(metric).toMatchObject({
    statistic: 'Maximum',
    period: Duration.minutes(1),
    dimensions: { service: 'shop', batch: 'audit.log' },
  });
});

test('those that are asked for most have methods of their own', () => {
  const found = [
    cistern.metricItemsAdded('orders'),
    cistern.metricDuplicates('orders'),
    cistern.metricBatchSize('orders'),
    cistern.metricFlushLateness('orders'),
    cistern.metricStartDelay('orders'),
    cistern.metricOldestItemAge('orders'),
    cistern.metricHandlerDuration('orders'),
    cistern.metricCompleted('orders'),
    cistern.metricRetries('orders'),
    cistern.metricDead('orders'),
    cistern.metricRecoveries('orders'),
    ...FLUSH_REASONS.map(reason => cistern.metricFlushedBy(reason, 'orders')),
  ].map(({ metricName }) => metricName);
  const left = names.filter(name => !found.includes(name));
  expect(left).toEqual(['BatchBytes', 'BatchesUnclaimed', 'SlotsFenced', 'EntriesStuck', 'FlushesThrottled']);
  expect(new Set(found).size).toBe(found.length);
});

test('a batch that there is not has none', () => {
  expect(() => cistern.metricDead('order')).toThrow(expect.objectContaining({ code: 'batch.unknown' }));
});
