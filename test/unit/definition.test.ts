import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch, DefinitionError } from 'cistern';
import { collectDefinitions } from '#lib/definition/collect';
import { define, refusal } from '../support/good-definition.ts';

const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, 2.5, 0, -1, -0, '5', null, {}];

describe('a definition', () => {
  test.each(
    ['maxSize', 'maxWaitMs', 'maxBytes', 'shards'].flatMap(option =>
      NUMBERS.map(value => ({ option, value })),
    ),
  )('with $option: $value is refused, naming the option, the value and the range', ({ option, value }) => {
    const { code, message, details } = refusal({ [option]: value });
    expect(code).toBe('definition.invalid');
    expect(message).toContain(`"good": ${option} must be an integer from 1 to `);
    expect(message).toContain(`it was ${shown(value)}`);
    expect(details).toEqual({ batch: 'good', option, value });
  });

  test.each([
    ['maxSize', 10_001],
    ['maxWaitMs', 86_400_001],
    ['shards', 257],
  ])('with %s: %p is refused, as out of range', (option, value) => {
    expect(refusal({ [option]: value }).message).toContain(`to ${value - 1}; it was ${value}.`);
  });

  test.each([undefined, null, 7, '', ' ', 'a b', '-a', 'a/b', 'ä', 'a|b', 'x'.repeat(49)])(
    'named %p is refused',
    name => {
      expect(refusal({ name }).message).toContain('name must be 1 to 48 letters');
    },
  );

  test.each(['a', 'A1', 'a:b', 'a.b', 'a_b-c', 'x'.repeat(48)])('named %p is fine', name => {
    expect(define({ name }).name).toBe(name);
  });

  test.each([
    ['handler', 'not a function'],
    ['groupBy', 'origin'],
    ['deduplicateBy', 1],
    ['persist', 'yes'],
    ['tags', 'one'],
    ['tags', ['']],
    ['tags', Array(21).fill('t')],
    ['schema', {}],
    ['schema', 5],
  ])('with %s: %p is refused', (option, value) => {
    const { code, message } = refusal({ [option]: value });
    expect(code).toBe('definition.invalid');
    expect(message).toContain(option);
  });

  test('with an option that does not exist is refused, and the options are named', () => {
    expect(refusal({ maxsize: 5 }).message).toMatch(
      /no option "maxsize"; the options are name, maxSize, .*schema/,
    );
  });

  const key = () => 'k';
  const dedupRule =
    'deduplicateBy must be a function, { key, ttlMs }, or { key, at: "flush", keep }; it was {';
  test.each([
    [{ deduplicateBy: { key, at: 'flush' } }, dedupRule],
    [{ deduplicateBy: { key, keep: 'last' } }, dedupRule],
    [{ deduplicateBy: { key, ttlMs: 5_000, keep: 'last' } }, dedupRule],
    [{ deduplicateBy: { at: 'flush', keep: 'last' } }, dedupRule],
    [
      { deduplicateBy: { key, at: 'flush', keep: 'last', ttlMs: 5_000 } },
      'deduplicateBy.ttlMs must be left out with at: "flush"; it was 5000.',
    ],
    [
      { deduplicateBy: { key, at: 'flush', keep: 'both' } },
      'deduplicateBy.keep must be "first" or "last"; it was "both".',
    ],
    [{ throttle: { max: 1 } }, 'throttle must be { max, duration }; it was { max: 1 }.'],
    [
      { retries: { maxx: 1 } },
      'retries must be { max, strategy, baseDelay, maxDelay, jitter }; it was { maxx: 1 }.',
    ],
    [{ handler: undefined }, 'handler must be a function; it was undefined.'],
    [{ maxSize: undefined }, 'maxSize must be an integer from 1 to 10000; it was undefined.'],
  ])('with %p is refused by the rule of what is wrong', (options, expected) => {
    expect(refusal(options).message).toContain(`: ${expected}`);
  });

  test('without an option that has to be there is refused by its rule', () => {
    const options = { name: 'good', maxSize: 5, handler: () => {} };
    expect(() => batch(options as never)).toThrow(
      'maxWaitMs must be an integer from 1 to 86400000; it was undefined.',
    );
  });

  test.each([undefined, null, 5, 'x'])('made of %p is refused', options => {
    expect(() => batch(options as unknown as BatchOptions<unknown>)).toThrow(DefinitionError);
  });

  test('cannot have shards where nothing is stored', () => {
    expect(refusal({ persist: false, shards: 2 }).message).toContain('shards was 2');
  });

  test('has its defaults, and cannot be changed', () => {
    const made = define({});
    expect(made).toMatchObject({ persist: true, shards: 1, tags: [] });
    expect(Object.isFrozen(made)).toBe(true);
    expect(Object.isFrozen(made.tags)).toBe(true);
  });
});

describe('definitions brought together', () => {
  test('are found among a module’s exports, each once, also in arrays', () => {
    const [a, b] = [define({ name: 'a' }), define({ name: 'b' })];
    expect(collectDefinitions({ a, default: a, list: [a, b], other: 5, text: 'x' })).toEqual([a, b]);
  });

  test('of one name are refused', () => {
    expect(() => collectDefinitions({ a: define({}), b: define({}) })).toThrow(
      expect.objectContaining({
        code: 'definition.duplicate_name',
        message: expect.stringContaining('"good"'),
      }),
    );
  });
});

function shown(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
}
