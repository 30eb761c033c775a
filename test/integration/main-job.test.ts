import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { beside } from '../support/beside.ts';
import { Judge } from '../support/judge.ts';
import { some } from '../support/share.ts';
import { until } from '../support/until.ts';

interface Item {
  readonly id: string;
  readonly group?: string;
}

const judges = {
  crowd: new Judge(),
  bulk: new Judge(),
  groups: new Judge(),
  unique: new Judge(),
  bytes: new Judge(),
  shards: new Judge(),
};

const crowd = batch<Item>({
  name: 'crowd',
  maxSize: 100,
  maxWaitMs: 60_000,
  handler: judges.crowd.handler,
});
const bulk = batch<Item>({ name: 'bulk', maxSize: 500, maxWaitMs: 1_500, handler: judges.bulk.handler });
const groups = batch<Item>({
  name: 'groups',
  maxSize: 50,
  maxWaitMs: 5_000,
  groupBy: item => item.group ?? '',
  handler: judges.groups.handler,
});
const unique = batch<Item>({
  name: 'unique:by.key',
  maxSize: 10,
  maxWaitMs: 1_000,
  deduplicateBy: item => item.id.split('/')[0] ?? '',
  handler: judges.unique.handler,
});
const bytes = batch<Item>({
  name: 'bytes',
  maxSize: 10_000,
  maxWaitMs: 60_000,
  maxBytes: 10_000,
  handler: judges.bytes.handler,
});
const shards = batch<Item>({
  name: 'shards',
  maxSize: 50,
  maxWaitMs: 1_000,
  shards: 4,
  handler: judges.shards.handler,
});

describe('the main job on the embedded stack', () => {
  let local: Local;
  /** Further processes' deployments: what they add meets in DynamoDB only. */
  const others: Deployment[] = [];

  beforeAll(async () => {
    local = await startLocal({ batches: [crowd, bulk, groups, unique, bytes, shards], port: 0 });
    for (let i = 0; i < 3; i++) others.push(beside(local));
  });
  afterAll(async () => {
    await Promise.all(others.map(other => other.close()));
    await local.stop();
  });

  const delivered = (judge: Judge) => judge.batches.reduce((sum, { length }) => sum + length, 0);

  test('64 concurrent adds from 4 processes: batches of exactly 100, each item once', async () => {
    const everyone = [local.deployment, ...others];
    const crowdItems = some(20_000, 2_000);
    let next = 0;
    await Promise.all(
      Array.from({ length: 64 }, async (_, worker) => {
        while (next < crowdItems) {
          const id = String(next++);
          const deployment = everyone[worker % everyone.length] ?? local.deployment;
          const [receipt] = await deployment.add(crowd as unknown as Definition, [{ id }]);
          if (receipt) judges.crowd.acknowledge(id, receipt);
        }
      }),
    );
    await until('all came out', () => delivered(judges.crowd) === crowdItems, 120_000);
    expect(judges.crowd.verdict(100)).toEqual([]);
    expect(judges.crowd.batches.map(({ length }) => length)).toEqual(Array(crowdItems / 100).fill(100));
  }, 300_000);

  test('addBulk of 1,234 with maxSize 500: 500, 500, and 234 when its time is up', async () => {
    const items = Array.from({ length: 1_234 }, (_, i) => ({ id: String(i) }));
    const receipts = await bulk.addBulk(items);
    receipts.forEach((receipt, i) => {
      judges.bulk.acknowledge(String(i), receipt);
    });
    await until('two batches came out', () => judges.bulk.batches.length === 2);
    expect(judges.bulk.batches.map(({ length }) => length)).toEqual([500, 500]);
    await until('the third came out', () => judges.bulk.batches.length === 3);
    expect(judges.bulk.batches[2]).toEqual(items.slice(1_000).map(({ id }) => id));
    expect(judges.bulk.verdict(500)).toEqual([]);
  });

  test('500 groups due at the same moment: 500 jobs', async () => {
    const items = Array.from({ length: 500 }, (_, i) => ({ id: String(i), group: `group ${i}` }));
    const receipts = await groups.addBulk(items);
    receipts.forEach((receipt, i) => {
      judges.groups.acknowledge(String(i), receipt);
    });
    await until('all came out', () => judges.groups.batches.length === 500, 120_000);
    expect(judges.groups.verdict(50)).toEqual([]);
    expect(new Set(receipts.map(({ job }) => job)).size).toBe(500);
  }, 240_000);

  test('concurrent duplicates from 4 processes: one of each key in a window, and every receipt true', async () => {
    const everyone = [local.deployment, ...others];
    let acknowledged = 0;
    await Promise.all(
      everyone.map(async (deployment, worker) => {
        for (let round = 0; round < 25; round++) {
          const ids = [`${round}/${worker} a`, `${round + 1}/${worker} b`];
          const receipts = await deployment.add(
            unique as unknown as Definition,
            ids.map(id => ({ id })),
          );
          receipts.forEach((receipt, at) => {
            judges.unique.acknowledge(`${ids[at]}`, receipt);
            if (!receipt.duplicate) acknowledged += 1;
          });
        }
      }),
    );
    await until('all came out', () => delivered(judges.unique) === acknowledged);
    expect(judges.unique.verdict(10, id => id.split('/')[0] ?? '')).toEqual([]);
  }, 240_000);

  test('maxBytes closes a batch early, by less than what is in flight over the bound', async () => {
    const pad = 'x'.repeat(900);
    for (let i = 0; i < 30; i++) {
      const [receipt] = await local.deployment.add(bytes as unknown as Definition, [{ id: `${i}${pad}` }]);
      if (receipt) judges.bytes.acknowledge(`${i}${pad}`, receipt);
    }
    const many = Array.from({ length: 33 }, (_, i) => ({ id: `bulk ${i}${pad}` }));
    const receipts = await bytes.addBulk(many);
    receipts.forEach((receipt, i) => {
      judges.bytes.acknowledge(many[i]?.id ?? '', receipt);
    });
    const sealed = new Set(receipts.map(({ job }) => job));
    expect(sealed.size).toBeGreaterThan(2);
    await until('five batches came out', () => judges.bytes.batches.length >= 5);
    for (const items of judges.bytes.batches) {
      expect(JSON.stringify(items).length).toBeLessThan(20_000);
    }
  });

  test('with shards, each shard keeps its windows, and nothing is lost between them', async () => {
    const items = Array.from({ length: 400 }, (_, i) => ({ id: String(i) }));
    await Promise.all(
      items.map(async item => {
        const receipt = await shards.add(item);
        judges.shards.acknowledge(item.id, receipt);
      }),
    );
    await until('all came out', () => delivered(judges.shards) === 400);
    expect(judges.shards.verdict(50)).toEqual([]);
  });
});
