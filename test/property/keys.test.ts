import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryDelayMs } from '#lib/jobs/attempts';
import { spread } from '#lib/spread';
import { headKey, jobKey, parseDueKey } from '#lib/store/keys';
import { topology } from '#lib/topology';

const groups = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '|', '"', '__proto__', 'default', '\ud800', '\ud801'),
  ),
  { nil: undefined },
);
const buffers = fc.record({
  batch: fc.constantFrom('a', 'a:b', 'a.b', 'a-b'),
  shard: fc.nat(255),
  group: groups,
});

describe('keys', () => {
  test('a head is found again by its key, whatever its group', () => {
    fc.assert(
      fc.property(buffers, buffer => {
        expect(parseDueKey(headKey(buffer))).toEqual({ buffer });
      }),
    );
  });

  test('two buffers share a key only if they are the same, also as UTF-8', () => {
    const stored = (key: string) => Buffer.from(key).toString();
    fc.assert(
      fc.property(buffers, buffers, (a, b) => {
        const same = a.batch === b.batch && a.shard === b.shard && a.group === b.group;
        expect(stored(headKey(a).pk) === stored(headKey(b).pk)).toBe(same);
      }),
    );
  });

  test('a job is found again by its key', () => {
    expect(parseDueKey(jobKey('7d8f'))).toEqual({ job: '7d8f' });
  });

  test('the key of the longest group that is allowed fits into a partition key', () => {
    const longest = headKey({ batch: 'b'.repeat(48), shard: 255, group: 'ä'.repeat(511) });
    expect(Buffer.byteLength(longest.pk)).toBeLessThanOrEqual(2_048);
  });
});

describe('spread', () => {
  test('stays in range, and gives the same text the same number', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 300 }), (text, n) => {
        const at = spread(text, n);
        expect(at).toBe(spread(text, n));
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThan(n);
      }),
    );
  });

  test.each([
    ['numbered texts', (i: number) => `buffer|clicks|0|"${i}"`],
    ['random texts', () => Math.random().toString(36)],
  ])('is even over %s', (_, text) => {
    const counts = Array<number>(8).fill(0);
    for (let i = 0; i < 8_000; i++) {
      const at = spread(text(i), 8);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan(800);
      expect(count).toBeLessThan(1_200);
    }
  });
});

describe('retries', () => {
  test('double their delay, and stay below the longest that a message can be hidden', () => {
    expect([1, 2, 3].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000]);
    expect(retryDelayMs(100)).toBeLessThanOrEqual(12 * 3_600_000);
  });
});

describe('the topology', () => {
  test('names everything within what AWS allows, and no two things alike', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,47}$/), { minLength: 1 });
    fc.assert(
      fc.property(names, batches => {
        const { batches: made } = topology('d'.repeat(24), batches);
        const queues = made.flatMap(({ jobs, dead }) => [jobs.name, dead.name]);
        for (const queue of queues) expect(queue).toMatch(/^[\w-]{1,80}$/);
        expect(new Set(queues).size).toBe(queues.length);
        const functions = made.map(({ consumer }) => consumer.name);
        for (const name of functions) expect(name).toMatch(/^[\w-]{1,64}$/);
        expect(new Set(functions).size).toBe(functions.length);
      }),
    );
  });
});
