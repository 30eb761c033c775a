import type { PlainRecord } from '#lib/store/expressions';
import { InvalidRequestError } from './invalid-request-error.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_DEPTH = 32;

/**
 * Copies a value in the form in which DynamoDB stores it: undefined is dropped, text is well-formed Unicode.
 *
 * @throws InvalidRequestError for a value that DynamoDB cannot store
 */
export function toStored(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    throw new InvalidRequestError(`A number must be finite and safe; got ${value}.`);
  }
  if (depth > MAX_DEPTH) throw new InvalidRequestError(`A value is nested deeper than ${MAX_DEPTH} levels.`);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) {
    return value.filter(each => each !== undefined).map(each => toStored(each, depth + 1));
  }
  if (isMap(value)) return toStoredMap(value, depth + 1);
  throw new InvalidRequestError(`A table keeps no ${typeof value}: ${String(value)}.`);
}

export function toStoredMap(map: PlainRecord, depth = 0): PlainRecord {
  const stored: PlainRecord = {};
  for (const name in map) {
    const value = map[name];
    if (value !== undefined) put(stored, name, toStored(value, depth));
  }
  return stored;
}

/** Copies a stored value, so that a reader may change it. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value) as T;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const copy = { ...value } as PlainRecord;
  for (const name in copy) {
    const inner = copy[name];
    if (typeof inner === 'object' && inner !== null) put(copy, name, copyOf(inner));
  }
  return copy as T;
}

/** Sets a property, also one called `__proto__`. */
export function put(map: PlainRecord, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  else map[name] = value;
}

/** @throws InvalidRequestError for a record that exceeds DynamoDB's limit */
export function assertSize(record: PlainRecord): void {
  // most records are far below the limit, and this bound is much faster to compute
  if (atMost(record) <= MAX_ITEM_BYTES) return;
  const size = sizeOfMap(record);
  if (size > MAX_ITEM_BYTES) {
    throw new InvalidRequestError(
      `Item size has exceeded the maximum allowed size: ${size} bytes, of at most ${MAX_ITEM_BYTES}.`,
    );
  }
}

export const isMap = (value: unknown): value is PlainRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  // each context of a process has its own prototype of plain objects
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/**
 * Computes a value's size in bytes, as DynamoDB counts it.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 1 + Math.ceil(String(value).length / 2);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + sizeOf(each), 3);
  if (isMap(value)) return 3 + Object.keys(value).length + sizeOfMap(value);
  return 1;
}

/** A record's size as DynamoDB counts it, in bytes. */
export function sizeOfMap(map: PlainRecord): number {
  let size = 0;
  for (const [name, value] of Object.entries(map)) size += Buffer.byteLength(name) + sizeOf(value);
  return size;
}

/** Computes an upper bound of a stored value's size, in bytes. */
function atMost(value: unknown): number {
  // a UTF-16 unit takes at most three bytes, and a number has at most 24 characters
  if (typeof value === 'string') return 3 * value.length;
  if (typeof value !== 'object' || value === null) return 13;
  if (value instanceof Uint8Array) return value.length;
  let size = 3;
  if (Array.isArray(value)) {
    for (const each of value) size += 1 + atMost(each);
    return size;
  }
  const map = value as PlainRecord;
  for (const name in map) size += 1 + 3 * name.length + atMost(map[name]);
  return size;
}

/** Returns whether two stored values are equal. The order of a map's entries does not matter. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, at) => isEqual(each, b[at]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  );
}

/** Compares two stored values. Returns undefined if they are of different types. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
}

/** Returns a value's length, as size() counts it, or undefined if it has none. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}
