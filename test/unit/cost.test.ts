import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { costOf, idleMonth } from '../../bench/cost/cost.ts';
import { COST_TABLES, withTables } from '../../bench/cost/tables.ts';
import { SQS_REQUESTS } from '../../bench/cost/usage.ts';
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

  test('of nothing grows with the queues that are polled', () => {
    expect(idleMonth(2).queues).toBe(5);
    expect(idleMonth(2).polls / idleMonth(1).polls).toBeCloseTo(5 / 3);
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
