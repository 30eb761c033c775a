import { describe, expect, test } from '@jest/globals';
import { AddIncompleteError, batch } from 'cistern';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { SlotRecord } from '#lib/store/slot-record';
import type { WindowStore } from '#lib/store/window-ports';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

const CALL_MS = 4;
/** Items of which a chunk holds four. */
const LARGE = 'x'.repeat(95_000);

const throttled = () =>
  Object.assign(new Error('The rate was exceeded.'), { name: 'ProvisionedThroughputExceededException' });

/** A partition that takes one chunk in so many milliseconds, and refuses all else. */
function stage(everyMs: number, from = 0) {
  const clock = new VirtualClock();
  const began = clock.now();
  const records = new Map<string, SlotRecord>();
  let freeAt = began + from;
  const tombstones: number[] = [];
  const put = (job: string, record: SlotRecord): SlotRecord => {
    const there = records.get(`${job} ${record.slot}`);
    if (there) return there;
    if (clock.now() < freeAt) throw throttled();
    if (record.kind === 'chunk') freeAt = clock.now() + everyMs;
    records.set(`${job} ${record.slot}`, record);
    return record;
  };
  const windows: Partial<WindowStore> = {
    putChunk: async (job, chunk) => (put(job, chunk).kind === 'chunk' ? 'landed' : 'fenced'),
    putTombstone: async (job, tombstone) => {
      tombstones.push(tombstone.slot);
      return put(job, tombstone);
    },
    readSlots: async (job, first, last) =>
      [...records]
        .filter(([name, { slot }]) => name.startsWith(job) && slot >= first && slot <= last)
        .map(([, record]) => record),
  };
  const store = new MemoryStore(clock.now);
  const queues = new MemoryQueues();
  const deployment = new Deployment(
    { deployment: 'throttled', queueUrlBase: 'http://127.0.0.1/' },
    {
      services: {
        store: slow(Object.assign(store, { windows: windows as WindowStore }), clock, CALL_MS),
        queues,
        clock,
        warn: () => {},
      },
    },
  );
  const definition = batch<string>({
    name: 'throttled',
    maxSize: 40,
    maxWaitMs: 3_600_000,
    handler: () => {},
  }) as unknown as Definition;
  return { clock, deployment, definition, queues, tombstones, elapsed: () => clock.now() - began };
}

describe('a store that throttles the chunks of a bulk', () => {
  test.each([
    ['takes one in five seconds', 5_000, 0],
    ['takes none for 45 seconds', 0, 45_000],
  ])(
    'and %s makes its writer slow down: all of it lands, in the slots that it has',
    async (_, everyMs, from) => {
      const { clock, deployment, definition, tombstones } = stage(everyMs, from);
      const receipts = await clock.until(
        deployment.add(
          definition,
          Array.from({ length: 40 }, () => LARGE),
        ),
      );
      expect(receipts.map(({ slot }) => slot)).toEqual(Array.from({ length: 40 }, (_item, slot) => slot));
      expect(new Set(receipts.map(({ job }) => job)).size).toBe(1);
      expect(tombstones).toEqual([]);
    },
  );

  test('has the window that it fills flushed when it has landed, and not before', async () => {
    const { clock, deployment, definition, queues, elapsed } = stage(2_000);
    let sentAt: number | undefined;
    const { sendJob } = queues;
    queues.sendJob = async (...given) => {
      sentAt ??= elapsed();
      return sendJob.apply(queues, given);
    };
    await clock.until(
      deployment.add(
        definition,
        Array.from({ length: 40 }, () => LARGE),
      ),
    );
    await clock.until(deployment.services.background.settled(60_000));
    // ten chunks, two seconds apart
    expect(sentAt).toBeGreaterThanOrEqual(18_000);
  });

  test('tells its writer within seconds where one put is all there is', async () => {
    const { clock, deployment, definition, elapsed } = stage(0, 3_600_000);
    const error = await clock.until(deployment.add(definition, ['small']).catch((e: unknown) => e));
    expect(error).toBeInstanceOf(AddIncompleteError);
    expect(elapsed()).toBeLessThan(10_000);
  });
});

describe('the reader of a window', () => {
  const read = (scene: ReturnType<typeof stage>, count: number) =>
    readWindow(scene.deployment.services, 'job', count);
  const chunk = (slot: number) =>
    ({ kind: 'chunk', slot, slots: 1, holes: [], items: JSON.stringify([slot]) }) as const;

  test('waits while gaps are closed one after the other, and fences no writer that is well', async () => {
    const scene = stage(0);
    const { clock, deployment, tombstones } = scene;
    const { windows } = deployment.services.store;
    for (let slot = 0; slot < 20; slot++) {
      clock.after(800 * slot, () => void windows.putChunk('job', chunk(slot)));
    }
    const { items, fenced } = await clock.until(read(scene, 20));
    expect(items).toHaveLength(20);
    expect([fenced, tombstones]).toEqual([0, []]);
  });

  test('fences the gaps of writers that do nothing for a second', async () => {
    const scene = stage(0);
    const { clock, deployment, tombstones, elapsed } = scene;
    await clock.until(deployment.services.store.windows.putChunk('job', chunk(1)));
    const { items, fenced } = await clock.until(read(scene, 3));
    expect(items).toEqual([1]);
    expect([fenced, tombstones]).toEqual([2, [0, 2]]);
    expect(elapsed()).toBeLessThan(1_200);
  });

  test('waits for no longer than about a minute, whatever is closed meanwhile', async () => {
    const scene = stage(0);
    const { clock, deployment, elapsed } = scene;
    const { windows } = deployment.services.store;
    for (let slot = 0; slot < 200; slot++) {
      clock.after(900 * slot, () => void windows.putChunk('job', chunk(slot)));
    }
    const { fenced } = await clock.until(read(scene, 200));
    expect(fenced).toBeGreaterThan(0);
    expect(elapsed()).toBeLessThan(65_000);
  });
});
