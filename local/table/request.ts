import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import type { ParsedCondition } from './condition.ts';
import type { Range } from './index-view.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import type { KeyCondition } from './key-condition.ts';
import { assertGiven, type Scope } from './scope.ts';
import { toStored } from './values.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_PARTITION_KEY_BYTES = 2_048;
const MAX_SORT_KEY_BYTES = 1_024;

/**
 * Returns the key of a record.
 *
 * @throws InvalidRequestError if it has none, or one that DynamoDB would refuse
 */
export function toKey({ pk, sk }: PlainRecord): RecordKey {
  if (typeof pk !== 'string' || typeof sk !== 'string' || pk === '' || sk === '') {
    throw new InvalidRequestError(
      `A record needs texts as its pk and sk; got ${String(pk)} and ${String(sk)}.`,
    );
  }
  if (Buffer.byteLength(pk) > MAX_PARTITION_KEY_BYTES || Buffer.byteLength(sk) > MAX_SORT_KEY_BYTES) {
    throw new InvalidRequestError(`A key is longer than DynamoDB takes: ${pk} ${sk}`);
  }
  return { pk, sk };
}

/**
 * Returns the values that an update and its condition use, in their stored form.
 *
 * @throws InvalidRequestError if one is not given, or cannot be stored
 */
export function toValues(
  given: PlainRecord,
  ...parsed: readonly (Pick<ParsedCondition, 'text' | 'values'> | undefined)[]
): Scope['values'] {
  const values: PlainRecord = {};
  for (const each of parsed) {
    if (each === undefined) continue;
    assertGiven(each.values, given, each.text);
    for (const name of each.values) values[name] ??= toStored(given[name]);
  }
  return values;
}

/** Returns the range of sort keys that a query reads. */
export function toRange({ sort }: KeyCondition, given: PlainRecord): Range {
  if (sort === undefined) return {};
  const value = given[sort.value] as string | number;
  if (sort.operator === '=') return { from: value, to: value };
  return sort.operator.startsWith('<')
    ? { to: value, below: sort.operator === '<' }
    : { from: value, above: sort.operator === '>' };
}
