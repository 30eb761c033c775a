import { describe, expect, test } from '@jest/globals';
import { scan } from '#lib/recovery/scan';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import { type MemoryDeployment, memoryDeployment } from '../support/memory-deployment.ts';
import { stillClock } from '../support/still-clock.ts';

const CROWDED = 250;
const MOST_PARTS = 32;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Opens windows of so many new shards, which are due in a minute. */
async function open({ store, clock }: MemoryDeployment, batch: string, shards: number, from = 0) {
  for (let i = from; i < from + shards; i++) {
    await store.heads.reserve({ batch, group: undefined, shard: i }, 1, 0, {
      cap: 10,
      waitMs: MINUTE,
      now: clock.now(),
      ordered: false,
      by: `${batch}${i}`,
    });
  }
}

/** One look of a ticker that has just started. */
const look = ({ deployment, clock }: MemoryDeployment, change: object = {}) =>
  scan({ ...deployment.services, ...change }, new TickerMemory(), clock.now() + DAY, true);

const partitionsOf = async ({ store }: MemoryDeployment, batch: string) =>
  (await store.index.partitions()).filter(partition => partition.batch === batch);

/** How many partitions a batch has for each kind of record. */
const partsOf = async (memory: MemoryDeployment, batch: string) =>
  (await partitionsOf(memory, batch))[0]?.parts;

/** How many entries each partition of a batch has. */
async function entriesOf(memory: MemoryDeployment, batch: string): Promise<number[]> {
  const partitions = await partitionsOf(memory, batch);
  const pages = await Promise.all(
    partitions.map(({ tick }) => memory.store.index.due(tick, Number.MAX_SAFE_INTEGER, 10_000)),
  );
  return pages.map(page => page.length);
}

describe('the ticker gives a batch more index partitions', () => {
  test('twice as many when it finds 250 entries in one, and no other batch any', async () => {
    const memory = memoryDeployment({}, stillClock());
    await open(memory, 'busy', CROWDED);
    await open(memory, 'quiet', CROWDED - 1);
    await look(memory);
    expect(await partsOf(memory, 'busy')).toBe(2);
    expect(await partsOf(memory, 'quiet')).toBe(1);
  });

  test('and new entries are in all of them, when its producers have heard of it', async () => {
    const memory = memoryDeployment({}, stillClock());
    await open(memory, 'busy', CROWDED + 1);
    await look(memory);
    memory.clock.advance(MINUTE + 1);
    await open(memory, 'busy', 200, CROWDED + 1);
    const used = (await entriesOf(memory, 'busy')).filter(count => count > 0).sort((a, b) => a - b);
    expect(used).toHaveLength(2);
    expect(used[0]).toBeGreaterThan(50);
    const { entries } = await look(memory);
    expect(new Set(entries.map(entry => JSON.stringify(entry))).size).toBe(CROWDED + 201);
  });

  test(`and no more than ${MOST_PARTS}`, async () => {
    const memory = memoryDeployment({}, stillClock());
    await open(memory, 'busy', CROWDED + 1);
    await memory.store.index.spreadOut('busy', 1, MOST_PARTS);
    await look(memory);
    expect(await partsOf(memory, 'busy')).toBe(MOST_PARTS);
  });

  test('and where that fails, the look finds what it would have found', async () => {
    const memory = memoryDeployment({}, stillClock());
    await open(memory, 'busy', CROWDED + 1);
    const { store } = memory.deployment.services;
    const index = new Proxy(store.index, {
      get: (target, name) =>
        name === 'spreadOut'
          ? () => Promise.reject(new Error('throttled'))
          : Reflect.get(target, name).bind(target),
    });
    const warnings: string[] = [];
    const { entries } = await look(memory, {
      store: { ...store, index },
      warn: (message: string) => warnings.push(message),
    });
    expect(entries).toHaveLength(CROWDED + 1);
    expect(warnings).toEqual(['a busy batch could not be given more index partitions']);
  });
});
