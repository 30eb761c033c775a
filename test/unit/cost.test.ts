import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { busyTickerMonth, costOf, idleMonth, millionWindows } from '../../bench/cost/cost.ts';
import { COST_TABLES, withTables } from '../../bench/cost/tables.ts';
import { ASSUMED, SQS_REQUESTS } from '../../bench/cost/usage.ts';
import { powertools } from '../../functions/telemetry/powertools.ts';
import { MemoryWork } from '../support/memory-work.ts';

const PAGE = readFileSync('docs/cost.md', 'utf8');

describe('the page of costs', () => {
  test('has the tables that follow from the prices: else run bench/cost-page.ts', () => {
    expect(withTables(PAGE)).toBe(PAGE);
  });

  test.each(Object.entries(COST_TABLES))('shows the table of %s', (_, table) => {
    expect(PAGE).toContain(table);
  });
});

describe('a cost', () => {
  const load = { items: 1e6, itemsPerAdd: 1, keyed: false, way: 'http' } as const;

  test('is the sum of its parts, and grows with the items', () => {
    const { total, ...parts } = costOf(load);
    expect(total).toBeCloseTo(Object.values(parts).reduce((sum, part) => sum + part, 0));
    expect(costOf({ ...load, items: 3e6 }).total).toBeCloseTo(3 * total);
    expect(costOf({ ...load, items: 0 }).total).toBe(0);
  });

  test('is lower in bulk and from processes of one’s own, and higher with keys and in small batches', () => {
    const { total } = costOf(load);
    expect(costOf({ ...load, itemsPerAdd: 100 }).total).toBeLessThan(total);
    expect(costOf({ ...load, way: 'process' }).total).toBeLessThan(total);
    expect(costOf({ ...load, keyed: true }).total).toBeGreaterThan(total);
    expect(costOf({ ...load, batchSize: 1 }).total).toBeGreaterThan(total);
  });

  test('of smaller batches is that of the windows that are more', () => {
    const [small, large] = [100, 500].map(batchSize => costOf({ ...load, batchSize }).total);
    const more = 1e6 / 100 - 1e6 / 500;
    expect((small ?? 0) - (large ?? 0)).toBeCloseTo((more / 1e6) * millionWindows());
  });

  test('of nothing grows with the queues that are polled', () => {
    expect(idleMonth({ definitions: 2 }).queues).toBe(4);
    expect(idleMonth({ definitions: 2 }).polls / idleMonth({ definitions: 1 }).polls).toBeCloseTo(4 / 3);
    expect(idleMonth({ definitions: 1, bounded: true }).polls).toBeGreaterThan(
      idleMonth({ definitions: 1 }).polls,
    );
  });

  test.each([{ definitions: 1 }, { definitions: 10, inPool: true }, { definitions: 100, inPool: true }])(
    'of nothing is at most half a dollar a month, with %p',
    deployed => {
      expect(idleMonth(deployed).total).toBeLessThanOrEqual(0.5);
    },
  );

  test('of the ticker is at most two dollars a month while windows are always open', () => {
    expect(busyTickerMonth()).toBeLessThanOrEqual(2);
  });
});

test('a window takes so many requests to SQS: those made here, and a receive and a delete of each message', async () => {
  const definition = batch<number>({ name: 'counted', maxSize: 2, maxWaitMs: 60_000, handler: () => {} });
  const work = new MemoryWork([definition]);
  const { queues } = work.memory;
  let hidden = 0;
  queues.setVisibility = async () => {
    hidden += 1;
  };
  await work.add(definition, [1]);
  await work.add(definition, [2]);
  const [timers, jobs] = [queues.timers.length, queues.jobs.length];
  await work.runJobs();
  expect([timers, jobs, queues.jobs.length]).toEqual([1, 1, 0]);
  expect(timers * 3).toBe(SQS_REQUESTS.timer);
  expect(jobs * 3 + hidden).toBe(SQS_REQUESTS.job);
});

test('an add logs its metrics in no more bytes than are counted', () => {
  const written: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  try {
    const sink = powertools({
      deployment: 'a-deployment',
      logLevel: 'INFO',
      metrics: true,
      tracing: undefined,
      tracingRatio: 1,
    });
    sink.take({ kind: 'measured', batch: 'a-batch-with-a-name', measured: { ItemsAdded: 1 } });
    sink.publish();
  } finally {
    process.stdout.write = write;
  }
  const bytes = Buffer.byteLength(written.join('').trimEnd());
  expect(bytes).toBeGreaterThan(100);
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
  expect(bytes + 26).toBeLessThanOrEqual(ASSUMED.logBytes);
});
