import { describe, expect, test } from '@jest/globals';
import { batch, RetryAfterError } from 'cistern';
import { retryDelayMs } from '#lib/jobs/retry-delay';
import { JobBench } from '../support/job-bench.ts';

const DAY = 86_400_000;
const policy = { max: 5, strategy: 'exponential', baseDelay: 2_000, jitter: false } as const;
const delays = (change: object, random = 0.5) =>
  [1, 2, 3, 4].map(attempt => retryDelayMs({ ...policy, ...change }, attempt, random));

describe('the delay before the next attempt', () => {
  test('exponential: it doubles, 2 s, 4 s, 8 s, 16 s', () => {
    expect(delays({})).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  test('fixed: it stays the same', () => {
    expect(delays({ strategy: 'fixed' })).toEqual([2_000, 2_000, 2_000, 2_000]);
  });

  test('it is never longer than maxDelay, with either strategy', () => {
    expect(delays({ maxDelay: 5_000 })).toEqual([2_000, 4_000, 5_000, 5_000]);
    expect(delays({ strategy: 'fixed', maxDelay: 1_500 })).toEqual([1_500, 1_500, 1_500, 1_500]);
  });

  test('it is never longer than a day, however many attempts there were', () => {
    expect(retryDelayMs({ ...policy, max: 100 }, 101, 0.999)).toBe(DAY);
    expect(retryDelayMs({ ...policy, max: 100, jitter: true }, 101, 0.999)).toBeLessThanOrEqual(DAY);
  });

  test('with jitter it is drawn from the upper half of what it would be', () => {
    expect(delays({ jitter: true }, 0)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays({ jitter: true }, 0.5)).toEqual([1_500, 3_000, 6_000, 12_000]);
    expect(delays({ jitter: true }, 0.999_999)).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  test('a base delay of nothing is no delay', () => {
    expect(delays({ baseDelay: 0 })).toEqual([0, 0, 0, 0]);
  });
});

describe('a failed job comes back', () => {
  const failing = (change: object, error: () => Error = () => new Error('no')) => {
    const attempts: number[] = [];
    const bench = new JobBench(
      batch<number>({
        name: 'late',
        maxSize: 5,
        maxWaitMs: 60_000,
        retries: { max: 3, baseDelay: 2_000, ...change },
        handler: ({ attempt }) => {
          attempts.push(attempt);
          throw error();
        },
      }),
      { random: () => 0.5 },
    );
    return { bench, attempts };
  };

  test('2 s, 4 s and 8 s after its failures: by its visibility, and not a moment sooner by its record', async () => {
    const { bench, attempts } = failing({});
    const id = await bench.flushed(1);
    for (const [at, delay] of [2_000, 4_000, 8_000].entries()) {
      expect(await bench.deliver()).toEqual({ result: 'again', hiddenSeconds: delay / 1_000 });
      const { status, nextAttemptAt } = await bench.job(id);
      expect(status).toBe('retrying');
      expect(Number(nextAttemptAt) - bench.clock.now()).toBe(delay);

      // a message that comes early is sent back for the rest
      const early = delay - 1_600;
      bench.clock.advance(early);
      expect(await bench.deliver()).toEqual({ result: 'again', hiddenSeconds: 1 });
      expect(attempts).toHaveLength(at + 1);
      bench.clock.advance(1_600);
    }
    await bench.deliver();
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect((await bench.job(id)).status).toBe('failed');
  });

  test('what is left of a second is waited for by the consumer, since visibility is in whole seconds', async () => {
    const { bench, attempts } = failing({ baseDelay: 2_700 });
    await bench.flushed(1);
    expect(await bench.deliver()).toEqual({ result: 'again', hiddenSeconds: 2 });
    const failedAt = bench.clock.now();
    bench.clock.advance(2_000);
    await bench.deliver();
    expect(attempts).toEqual([1, 2]);
    expect(bench.clock.now() - failedAt).toBe(2_700);
  });

  test('within jitter’s bounds', async () => {
    const { bench } = failing({ jitter: true });
    await bench.flushed(1);
    expect((await bench.deliver()).hiddenSeconds).toBe(1);
  });

  test('when RetryAfterError asked for it, also later than the message can be hidden at once', async () => {
    const { bench, attempts } = failing({}, () => new RetryAfterError(20 * 3_600_000));
    const id = await bench.flushed(1);
    expect((await bench.deliver()).hiddenSeconds).toBe(11 * 3_600);
    bench.clock.advance(11 * 3_600_000);
    expect((await bench.deliver()).hiddenSeconds).toBe(9 * 3_600);
    expect(attempts).toEqual([1]);
    bench.clock.advance(9 * 3_600_000);
    await bench.deliver();
    expect(attempts).toEqual([1, 2]);
    expect((await bench.job(id)).attempts).toHaveLength(2);
  });
});
