import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_DEFAULTS } from '#lib/definition/retries';
import { spread } from '#lib/hashing/spread';
import { retryDelayMs } from '#lib/jobs/retry-delay';
import { parseDueKey } from '#lib/store/index-keys';
import { headKey, jobKey } from '#lib/store/keys';
import { consumerOf, topology } from '#lib/topology';
import { anyText } from '../support/any-text.ts';

const groups = fc.option(
  fc.oneof(anyText(), fc.constantFrom('', '|', '"', '__proto__', 'default', '\ud800', '\ud801')),
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
  const delays = (change: object, random = 0.5) =>
    [1, 2, 3, 4].map(attempt => retryDelayMs({ ...RETRY_DEFAULTS, ...change }, attempt, random));

  test('double their delay, unless it is fixed, and never exceed maxDelay', () => {
    expect(delays({})).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays({ strategy: 'fixed', baseDelay: 700 })).toEqual([700, 700, 700, 700]);
    expect(delays({ maxDelay: 3_000 })).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  test('with jitter are drawn from the upper half, whatever the attempt, and are never over a day', () => {
    const policies = fc.record({
      strategy: fc.constantFrom('exponential' as const, 'fixed' as const),
      baseDelay: fc.nat(86_400_000),
      maxDelay: fc.nat(86_400_000),
    });
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 101 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (policy, attempt, random) => {
          const whole = retryDelayMs({ ...RETRY_DEFAULTS, ...policy }, attempt, random);
          const drawn = retryDelayMs({ ...RETRY_DEFAULTS, ...policy, jitter: true }, attempt, random);
          expect(whole).toBeLessThanOrEqual(86_400_000);
          expect(drawn).toBeGreaterThanOrEqual(Math.floor(whole / 2));
          expect(drawn).toBeLessThanOrEqual(whole);
        },
      ),
    );
  });
});

describe('the topology', () => {
  const definitions = fc.uniqueArray(
    fc.record(
      {
        name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,47}$/),
        retries: fc.nat(100).map(max => ({ ...RETRY_DEFAULTS, max })),
        timeout: fc.integer({ min: 1, max: 900_000 }),
        concurrency: fc.integer({ min: 1, max: 1_000 }),
        pool: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/),
      },
      { requiredKeys: ['name', 'retries'] },
    ),
    { minLength: 1, selector: ({ name }) => name },
  );

  test('names everything within what AWS allows, and no two things alike', () => {
    fc.assert(
      fc.property(definitions, given => {
        const { consumers: made, timer, dead } = topology('d'.repeat(24), given);
        const queues = [timer, dead, ...made.map(({ jobs }) => jobs)].map(({ name }) => name);
        for (const queue of queues) expect(queue).toMatch(/^[\w-]{1,80}$/);
        expect(new Set(queues).size).toBe(queues.length);
        const functions = made.map(each => each.function.name);
        for (const name of functions) expect(name).toMatch(/^[\w-]{1,64}$/);
        expect(new Set(functions).size).toBe(functions.length);
      }),
    );
  });

  test('gives each batch what its definition asks for, within what Lambda and SQS take', () => {
    fc.assert(
      fc.property(definitions, given => {
        const made = topology('shop', given);
        expect(made.consumers.flatMap(({ batches }) => batches).sort()).toEqual(
          given.map(({ name }) => name).sort(),
        );
        for (const { name, retries, timeout, concurrency, pool } of given) {
          const found = consumerOf(made, name);
          if (found === undefined) throw new Error(`Nothing runs ${name}.`);
          const { jobs, function: consumer } = found;
          expect(found.pool).toBe(pool);
          expect(consumer.timeoutSeconds).toBeLessThanOrEqual(900);
          // a handler that is aborted in time has time to end
          if (timeout && timeout < 870_000) expect(consumer.timeoutSeconds * 1_000).toBeGreaterThan(timeout);
          expect(jobs.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(consumer.timeoutSeconds);
          // permits bound what the mapping does not
          if (concurrency !== undefined) expect(jobs.maxConcurrency).toBeGreaterThanOrEqual(concurrency);
          if (pool === undefined) expect(jobs.maxConcurrency).toBe(concurrency && Math.max(2, concurrency));
          // attempts are counted in the record; the queue must not run out of them first
          expect(jobs.redrive?.maxReceiveCount).toBeGreaterThan(retries.max + 1);
          expect(jobs.redrive?.maxReceiveCount).toBeLessThanOrEqual(1_000);
        }
      }),
    );
  });
});
