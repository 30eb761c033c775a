import { LIMITS } from '../definition/limits.ts';
import * as ERROR_CODES from '../error-codes.ts';
import type { Refuse } from '../producer/refuse.ts';
import { messageOf } from '../text/message-of.ts';

/**
 * Writes an item as JSON. It refuses values that JSON would drop or change silently: numbers that are not finite and
 * invalid dates, also as objects or as the result of a `toJSON`; bigints, functions and symbols; undefined and gaps
 * within arrays; objects whose content is in no property, such as a Map (HOLDERS).
 *
 * An object of any class keeps its own enumerable properties with string keys, an array its elements. Properties that
 * are undefined are left out, as JSON does and TypeScript's optional properties expect. −0 becomes 0, which equals it.
 * A value with a `toJSON`, such as a Date or a Buffer, becomes the result of `toJSON`. The depth of nesting is bounded,
 * so that no item exhausts the stack of its handler.
 */
export function toJson(item: unknown, refuse: Refuse): string {
  try {
    if (isPlainJson(item, 0)) return JSON.stringify(item);
  } catch {
    // a getter or a proxy has thrown: the check finds out what
  }
  return toCheckedJson(item, refuse);
}

/**
 * Says whether a value consists of plain objects, arrays and primitives that JSON writes as they are, as nearly all items
 * do. `JSON.stringify` without a replacer then writes it in a third of the time.
 */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (depth < LIMITS.itemDepth && isPlainObject(value, depth + 1));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if ('toJSON' in value) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    // a gap reads as undefined, which is no JSON
    for (let at = 0; at < (value as unknown[]).length; at++) {
      if (!isPlainJson((value as unknown[])[at], depth)) return false;
    }
    return true;
  }
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    const property: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (property !== undefined && !isPlainJson(property, depth)) return false;
  }
  return true;
}

function toCheckedJson(item: unknown, refuse: Refuse): string {
  let culprit = '';
  /** The objects that contain the value, from the item inwards. */
  const path: unknown[] = [];
  const check = function (this: unknown, key: string, value: unknown): unknown {
    while (path.length > 0 && path.at(-1) !== this) path.pop();
    if (typeof value === 'object' && value !== null) path.push(value);
    const what =
      path.length > LIMITS.itemDepth
        ? TOO_DEEP
        : value === null
          ? lostTime(this, key)
          : notJson(value, Array.isArray(this));
    if (what === undefined) return value;
    culprit = key === '' ? what : `${what} at ${JSON.stringify(key)}`;
    throw new NotJson();
  };
  let json: string | undefined;
  try {
    json = JSON.stringify(item, check);
  } catch (error) {
    if (!(error instanceof NotJson)) culprit = messageOf(error);
  }
  return json ?? refuseAsNotJson(culprit || 'undefined', refuse);
}

/** Refuses an item that cannot be written as JSON. @param culprit the part of it that cannot */
export function refuseAsNotJson(culprit: string, refuse: Refuse): never {
  return refuse(
    ERROR_CODES.itemNotJson,
    `it cannot be written as JSON (${culprit}). Items are objects, arrays, strings, finite numbers, booleans and null.`,
  );
}

export const TOO_DEEP = `over ${LIMITS.itemDepth} levels of nesting`;

class NotJson extends Error {}

function notJson(value: unknown, inArray: boolean): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'bigint':
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'undefined':
      return inArray ? 'undefined in an array' : undefined;
    case 'object':
      return value === null ? undefined : notPlain(value);
    default:
      return undefined;
  }
}

/** Finds an invalid date. Its `toJSON` gives null, also in the common date libraries, and its time is NaN. */
function lostTime(holder: unknown, key: string): string | undefined {
  const given: unknown = Reflect.get(holder as object, key);
  if (typeof given !== 'object' || given === null) return undefined;
  return typeof given.valueOf === 'function' && Number.isNaN(given.valueOf())
    ? 'a date that is none'
    : undefined;
}

/** Kinds of objects whose content is in no property. JSON makes `{}` of them. */
const HOLDERS = new Set([
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'Error', 'DOMException', 'Symbol'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'URLSearchParams', 'Headers', 'FormData', 'Blob', 'File'],
]);

/** Names an object's kind, if JSON would drop its content or make another kind of it, as it does with typed arrays. */
function notPlain(value: object): string | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  // a plain object or array, also one of another realm
  if (prototype === null || prototype === Array.prototype || Object.getPrototypeOf(prototype) === null) {
    return undefined;
  }
  // the tag is the same in another realm, and for classes that extend the kind
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (HOLDERS.has(kind) || ArrayBuffer.isView(value)) return `the ${kind}`;
  if (kind === 'Number') return notJson(Number(value), false);
  if (kind === 'Object' || kind.endsWith('Iterator') || kind.endsWith('Generator')) {
    return Object.keys(value).length > 0 ? undefined : emptied(value, kind);
  }
  return undefined;
}

/** Names an object that has no property of its own, so that JSON cannot see its content. */
function emptied(value: object, kind: string): string {
  const { constructor: made } = value as { readonly constructor?: unknown };
  const name = typeof made === 'function' && made.name !== '' ? made.name : kind;
  return `the ${name}, which has no property of its own`;
}
