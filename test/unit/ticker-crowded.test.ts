import { describe, expect, test } from '@jest/globals';
import { scan } from '#lib/recovery/scan';
import { TickerMemory } from '#lib/recovery/ticker-memory';
import type { DueEntry } from '#lib/store/due-entry';
import type { IndexPartition } from '#lib/store/ports';
import type { Services } from '#lib/store/services';

const NOW = 1_700_000_000_000;
const OWN: IndexPartition[] = [
  { tick: 11, batch: 'busy', parts: 4 },
  { tick: 12, batch: 'busy', parts: 4 },
  { tick: 21, batch: 'quiet', parts: 1 },
];

/** Looks at an index whose partition 11 has so many entries. */
async function look(count: number, isSmall: boolean) {
  const entries = Array.from(
    { length: count },
    (_, at): DueEntry => ({ kind: 'job', id: String(at), dueAt: NOW + at }),
  );
  const raised: [string, number, number][] = [];
  let partitionsRead = 0;
  const index = {
    start: async () => ({ entries, isAll: isSmall, sizes: new Map([[11, count]]) }),
    partitions: async () => {
      partitionsRead += 1;
      return OWN;
    },
    due: async (tick: number, _until: number, limit: number, after?: DueEntry) =>
      tick === 11 ? entries.filter(({ dueAt }) => dueAt > (after?.dueAt ?? 0)).slice(0, limit) : [],
    beyond: async () => [],
    spreadOut: async (batch: string, seen: number, parts: number) => {
      raised.push([batch, seen, parts]);
    },
  };
  const services = { store: { index }, clock: { now: () => NOW }, warn: () => {} };
  await scan(services as unknown as Services, new TickerMemory(), NOW + 60_000, true);
  return { raised, partitionsRead };
}

describe('a batch with a crowded index partition gets so many that none is crowded', () => {
  test.each([
    [249, []],
    [250, [['busy', 4, 8]]],
    [499, [['busy', 4, 8]]],
    [500, [['busy', 4, 16]]],
    [1_000, [['busy', 4, 32]]],
    [5_000, [['busy', 4, 32]]],
  ])('of %d entries', async (count, raised) => {
    for (const isSmall of [true, false]) {
      expect((await look(count, isSmall)).raised).toEqual(raised);
    }
  });

  test('and an index that has none is read with one request', async () => {
    expect(await look(249, true)).toEqual({ raised: [], partitionsRead: 0 });
  });
});
