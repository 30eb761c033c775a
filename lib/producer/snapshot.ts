import { LIMITS } from '../definition/limits.ts';
import { refuseAsNotJson, TOO_DEEP } from '../json/to-json.ts';
import { messageOf } from '../text/message-of.ts';
import type { Refuse } from './refuse.ts';

/**
 * Copies an item as it is now, for a schema that may read it later. Changes that the caller makes meanwhile have no
 * effect. Plain objects, arrays, dates, maps, sets and buffers are copied at every level. An object of another class is
 * passed on as it is, since a copy might lack its private state.
 */
export function snapshot(item: unknown, refuse: Refuse): unknown {
  const copies = new Map<object, unknown>();
  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > LIMITS.itemDepth) throw new RangeError(TOO_DEEP);
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) {
      const array: unknown[] = new Array(value.length);
      copies.set(value, array);
      // `forEach` keeps gaps, which are refused later.
      value.forEach((each, at) => {
        array[at] = copy(each, depth + 1);
      });
      return array;
    }
    if (isPlain(value)) {
      const object = Object.create(Object.getPrototypeOf(value) as object | null) as object;
      copies.set(value, object);
      for (const key of Object.keys(value)) define(object, key, copy(Reflect.get(value, key), depth + 1));
      return object;
    }
    if (value instanceof Map)
      return new Map([...value].map(([k, v]) => [copy(k, depth + 1), copy(v, depth + 1)]));
    if (value instanceof Set) return new Set([...value].map(each => copy(each, depth + 1)));
    if (value instanceof Date) return new Date(value.getTime());
    if (Buffer.isBuffer(value)) return Buffer.from(value);
    return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? structuredClone(value) : value;
  };
  try {
    return copy(item, 1);
  } catch (error) {
    return refuseAsNotJson(messageOf(error), refuse);
  }
}

function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Sets an own property of any name: to assign `__proto__` would change the prototype. */
function define(object: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else Reflect.set(object, key, value);
}
