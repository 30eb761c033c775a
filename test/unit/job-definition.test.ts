import { describe, expect, test } from '@jest/globals';
import { define, refusal } from '../support/good-definition.ts';

/** An option by its path, with the least and the most that it may be. */
const RANGES: readonly (readonly [path: string, min: number, max: number, others?: object])[] = [
  ['timeout', 1, 900_000],
  ['heartbeatMs', 100, 300_000, { lockTtlMs: 600_000 }],
  ['lockTtlMs', 5_000, 600_000],
  ['concurrency', 1, 1_000],
  ['maxPendingBatches', 1, 1_000_000],
  ['quietMs', 1, 900_000, { maxWaitMs: 86_400_000 }],
  ['retries.max', 0, 100],
  ['retries.baseDelay', 0, 86_400_000],
  ['retries.maxDelay', 0, 86_400_000],
  ['throttle.max', 1, 1_000, { throttle: { duration: 5 } }],
  ['throttle.duration', 1, 86_400_000, { throttle: { max: 5 } }],
  ['deduplicateBy.ttlMs', 1_000, 1_209_600_000, { deduplicateBy: { key: String } }],
  ['retention.completed', 60_000, 31_536_000_000],
  ['retention.failed', 60_000, 31_536_000_000],
];

/** Options with the one at this path set. */
function withOption(path: string, value: unknown, others: object): object {
  const [option = '', part] = path.split('.');
  if (part === undefined) return { ...others, [option]: value };
  const given: unknown = Reflect.get(others, option);
  return { ...others, [option]: { ...(given as object), [part]: value } };
}

describe('an option of a job’s life', () => {
  test.each(RANGES)('%s may be %d, and %d, and anything between', (path, min, max, others = {}) => {
    for (const value of [min, max, Math.floor((min + max) / 2)]) {
      expect(() => define(withOption(path, value, others))).not.toThrow();
    }
  });

  test.each(
    RANGES.filter(([path]) => path !== 'deduplicateBy.ttlMs').flatMap(([path, min, max, others = {}]) =>
      [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null].map(
        value => [path, value, min, max, others] as const,
      ),
    ),
  )(
    '%s: %p is refused, naming the option, the value and what is allowed',
    (path, value, min, max, others) => {
      const { code, message, details } = refusal(withOption(path, value, others));
      expect(code).toBe('definition.invalid');
      expect(message).toContain(`batch "good": ${path} must be an integer from ${min} to ${max}; it was `);
      expect(message).toContain(typeof value === 'string' ? '"5"' : String(value));
      expect(details).toMatchObject({ option: path, value });
    },
  );

  test.each([999, 1_209_600_001, 1_000.5])(
    'deduplicateBy.ttlMs: %d is refused, naming the option, the value and what is allowed',
    ttlMs => {
      const { message } = refusal({ deduplicateBy: { key: String, ttlMs } });
      expect(message).toContain('deduplicateBy');
      expect(message).toContain(String(ttlMs));
      expect(message).toContain('from 1000 to 1209600000');
    },
  );

  test.each([
    ['retries', 3, 'retries must be { max, strategy, baseDelay, maxDelay, jitter }; it was 3'],
    ['retries', { strategy: 'linear' }, 'retries.strategy must be "exponential" or "fixed"; it was "linear"'],
    ['retries', { jitter: 1 }, 'retries.jitter must be true or false; it was 1'],
    [
      'retries',
      { tries: 1 },
      'retries must be { max, strategy, baseDelay, maxDelay, jitter }; it was { tries: ',
    ],
    ['deadLetter', true, 'deadLetter must be { enabled, onDead }; it was true'],
    ['deadLetter', { onDead: 'x' }, 'deadLetter.onDead must be a function; it was "x"'],
    ['hooks', { beforeFlush: 1 }, 'hooks.beforeFlush must be a function; it was 1'],
    [
      'hooks',
      { onsuccess: () => {} },
      'hooks must be { beforeFlush, onSuccess, onFail }; it was { onsuccess: [Function',
    ],
    ['throttle', { max: 1 }, 'throttle must be { max, duration }; it was { max: 1 }'],
    [
      'deduplicateBy',
      'id',
      'deduplicateBy must be a function, { key, ttlMs }, or { key, at: "flush", keep }; it was "id"',
    ],
    [
      'deduplicateBy',
      { key: () => '', at: 'flush', keep: 'last', ttlMs: 1_000 },
      'deduplicateBy.ttlMs must be left out with at: "flush"; it was 1000',
    ],
    [
      'deduplicateBy',
      { key: () => '', at: 'add', keep: 'last' },
      'deduplicateBy.at must be "flush"; it was "add"',
    ],
    [
      'deduplicateBy',
      { key: () => '', at: 'flush', keep: 'newest' },
      'deduplicateBy.keep must be "first" or "last"; it was "newest"',
    ],
    ['urgent', true, 'urgent must be a function; it was true'],
    ['limits', {}, 'limits must be a function; it was {}'],
    ['ordered', 1, 'ordered must be true or false; it was 1'],
    ['events', 'bus', 'events must be true or false; it was "bus"'],
    ['retention', 5, 'retention must be { completed, failed }; it was 5'],
  ])('%s: %p is refused in plain words', (option, value, words) => {
    expect(refusal({ [option]: value }).message).toContain(words);
  });

  test('has its default', () => {
    expect(define({})).toMatchObject({
      retries: { max: 0, strategy: 'exponential', baseDelay: 1_000, jitter: false },
      deadLetter: { enabled: false },
      lockTtlMs: 30_000,
      heartbeatMs: 10_000,
      hooks: {},
      ordered: false,
      retention: { completed: 1_209_600_000, failed: 1_209_600_000 },
      events: false,
    });
  });

  test('keeps its default where only a part of its group is given', () => {
    const { retries, retention, heartbeatMs } = define({
      retries: { max: 2 },
      retention: { failed: 60_000 },
      lockTtlMs: 6_000,
    });
    expect(retries).toMatchObject({ max: 2, strategy: 'exponential', baseDelay: 1_000 });
    expect(retention).toEqual({ completed: 1_209_600_000, failed: 60_000 });
    expect(heartbeatMs).toBe(2_000);
  });
});

const key = { key: String, ttlMs: 5_000 };
const throttle = { max: 1, duration: 1_000 };

describe('options that clash are refused, and the message names both', () => {
  test.each([
    ['throttle', { persist: false, throttle }, /throttle .*persist: false/],
    ['maxPendingBatches', { persist: false, maxPendingBatches: 1 }, /maxPendingBatches .*persist: false/],
    ['ordered', { persist: false, ordered: true }, /ordered .*persist: false/],
    ['deduplicateBy', { persist: false, deduplicateBy: key }, /deduplicateBy with ttlMs .*persist: false/],
    ['shards', { persist: false, shards: 2 }, /shards was 2.*persist: false/],
    ['ordered', { ordered: true, shards: 3 }, /ordered .*shards was 3/],
    ['limits', { limits: (): undefined => undefined }, /limits .*groupBy/],
    ['heartbeatMs', { heartbeatMs: 2_501, lockTtlMs: 5_000 }, /heartbeatMs was 2501.*lockTtlMs.*5000/],
    ['quietMs', { quietMs: 10_000 }, /quietMs was 10000.*maxWaitMs, 10000/],
  ])('%s: %p', (option, change, words) => {
    const { code, message, details } = refusal(change);
    expect(code).toBe('definition.invalid');
    expect(message).toMatch(words);
    expect(details).toMatchObject({ batch: 'good', option });
  });

  test.each([
    [{ persist: false, deduplicateBy: String, quietMs: 50, urgent: () => true, retries: { max: 1 } }],
    [{ groupBy: String, limits: (): undefined => undefined, persist: false }],
    [{ groupBy: String, limits: () => ({ maxWaitMs: 60_000 }), quietMs: 10_000 }],
    [{ ordered: true, shards: 1, throttle, maxPendingBatches: 5, deduplicateBy: key }],
    [{ heartbeatMs: 2_500, lockTtlMs: 5_000 }],
    [{ quietMs: 9_999 }],
  ])('and what does not clash is taken: %p', change => {
    expect(() => define(change)).not.toThrow();
  });
});
