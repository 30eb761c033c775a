import { describe, expect, test } from '@jest/globals';
import { METRICS } from '#lib/telemetry/metrics';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { BATCHES, batchesNamed, STACK_HOLDS_UNWATCHED, type Synthesised, synthesise } from './synthesise.ts';

interface Widget {
  readonly properties: {
    readonly title?: string;
    readonly stacked?: boolean;
    readonly period?: number;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: {
      readonly horizontal: readonly { readonly value: number; readonly label: string }[];
    };
  };
}

const DASHBOARD = 'AWS::CloudWatch::Dashboard';
const JOIN = 'Fn::Join';

/** The body, with `{{ID}}` where a resource's name comes in. */
function bodyOf({ resources }: Synthesised): string {
  const [dashboard] = Object.values(resources(DASHBOARD));
  const body = dashboard?.Properties['DashboardBody'] as Record<typeof JOIN, readonly [string, unknown[]]>;
  return body[JOIN][1].map(part => (typeof part === 'string' ? part : `{{${idIn(part)}}}`)).join('');
}
const idIn = (reference: unknown): string =>
  Object.values(reference as Record<string, unknown>)
    .flat()
    .join('.');
const widgetsOf = (made: Synthesised): Widget[] => JSON.parse(bodyOf(made)).widgets;

const shop = synthesise('shop', BATCHES);
const titles = (made: Synthesised) => widgetsOf(made).flatMap(({ properties }) => properties.title ?? []);
const widget = (title: string) => {
  const found = widgetsOf(shop).find(({ properties }) => properties.title === title);
  if (!found) throw new Error(`No widget has the title ${title}.`);
  return found.properties;
};
const metricsOf = (title: string) => widget(title).metrics?.map(([, name]) => name);

const ofDeployment = [
  'HTTP API: requests',
  'HTTP API: latency (ms)',
  'Ingest function',
  'Ticker function',
  'DynamoDB: consumed',
  'DynamoDB: throttled',
  'Lambda: throttles',
];
const ofBatch = (name: string) =>
  [
    'items',
    'flushes by reason',
    'batch size',
    'lateness and start delay, p99 (ms)',
    'oldest item (ms)',
    'handler (ms)',
    'batches',
    'queue',
  ].map(title => `${name}: ${title}`);

test('has a name of its own in each region, of all of which dashboards are', () => {
  const [dashboard] = Object.values(shop.resources(DASHBOARD));
  expect(dashboard?.Properties['DashboardName']).toEqual({ [JOIN]: ['', ['shop-', { Ref: 'AWS::Region' }]] });
});

test('is none where it is not wanted', () => {
  synthesise('shop', BATCHES, { dashboard: false }).template.resourceCountIs(DASHBOARD, 0);
});

test('shows the deployment, and then each batch', () => {
  const batches = BATCHES.flatMap(({ name }) => ofBatch(name));
  expect(titles(shop)).toEqual([...ofDeployment, 'Put right by the ticker', 'Dead letter queue', ...batches]);
});

test('shows what AWS measures where the functions write no metrics', () => {
  const options: DeploymentOptions = { metrics: false };
  const silent = synthesise('shop', BATCHES, options);
  expect(titles(silent)).toEqual([
    ...ofDeployment,
    'Dead letter queue',
    ...BATCHES.map(({ name }) => `${name}: queue`),
  ]);
  expect(bodyOf(silent)).not.toContain('"Cistern"');
});

test('shows every metric that there is, of each batch', () => {
  const shown = widgetsOf(shop).flatMap(({ properties }) => properties.metrics ?? []);
  for (const { name: batch } of BATCHES) {
    const own = shown.filter(metric => metric[0] === 'Cistern' && metric.includes(batch));
    expect(new Set(own.map(([, name]) => name))).toEqual(new Set(Object.keys(METRICS)));
  }
});

test('shows each of them by the minute', () => {
  for (const { properties } of widgetsOf(shop).filter(({ properties }) => properties.metrics)) {
    expect(properties.period).toBe(60);
    // else it would win over its graph's
    expect(JSON.stringify(properties.metrics)).not.toContain('"period"');
  }
});

describe('a batch’s row shows', () => {
  test.each([
    { title: 'orders: items', metrics: ['ItemsAdded', 'ItemsDuplicate'] },
    { title: 'orders: batch size', metrics: ['BatchSize', 'BatchSize', 'BatchBytes'] },
    {
      title: 'orders: batches',
      metrics: [
        'BatchesCompleted',
        'Retries',
        'BatchesDead',
        'BatchesUnclaimed',
        'FlushesThrottled',
        'SlotsFenced',
        'EntriesStuck',
      ],
    },
    { title: 'orders: oldest item (ms)', metrics: ['OldestItemAge'] },
    { title: 'orders: handler (ms)', metrics: ['HandlerDuration', 'HandlerDuration'] },
  ])('$title', ({ title, metrics }) => {
    expect(metricsOf(title)).toEqual(metrics);
  });

  test('why it was flushed, one on the other', () => {
    expect(widget('orders: flushes by reason').stacked).toBe(true);
    expect(metricsOf('orders: flushes by reason')).toContain('FlushedByTime');
    expect(metricsOf('orders: flushes by reason')).toHaveLength(9);
  });

  test('how long items may wait, and from when on they are too old', () => {
    expect(widget('audit.log: oldest item (ms)').annotations?.horizontal).toEqual([
      expect.objectContaining({ value: 7_200_000, label: 'twice maxWaitMs' }),
      expect.objectContaining({ value: 7_740_000, label: 'too old' }),
    ]);
  });

  test('how long its handler may take', () => {
    expect(widget('audit.log: handler (ms)').annotations?.horizontal).toEqual([
      expect.objectContaining({ value: 90_000, label: 'its limit' }),
    ]);
  });
});

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
test('of as many definitions as a stack holds is within what CloudWatch takes', () => {
  const names = Array.from({ length: STACK_HOLDS_UNWATCHED }, (_, i) => `definition-${i}`);
  const widgets = widgetsOf(synthesise('full', batchesNamed(...names), { alarms: false }));
  expect(widgets.length).toBeLessThanOrEqual(500);
  const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
  expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
  expect(metrics.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2_500);
});
