import { LIMITS } from '../definition/limits.ts';
import * as ERROR_CODES from '../error-codes.ts';
import type { Refuse } from '../producer/refuse.ts';
import { messageOf } from '../text/message-of.ts';

/**
 * Writes an item as JSON, and refuses what JSON would lose or change without a word: numbers that are not finite and
 * dates that are none, also in an object of their own or out of a `toJSON`; bigints, functions, symbols; undefined and
 * gaps within arrays; and objects whose content is in no property, such as a Map (HOLDERS).
 *
 * Of an object its own enumerable properties with names are kept, whatever class it is of, and of an array its elements.
 * Properties that are undefined are left out, as JSON does and TypeScript's optional properties expect; −0 becomes 0,
 * which equals it; what has a `toJSON`, such as a Date or a Buffer, becomes what that says. Nesting has a bound, so that
 * one item cannot exhaust the stack of whoever handles its batch.
 */
export function toJson(item: unknown, refuse: Refuse): string {
  let culprit = '';
  /** What is being written, from the item down to the object that holds the value. */
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

/** Refuses an item that is no JSON. @param culprit what of it is none */
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

/** A date that is none says null of itself, as those of the usual libraries do; its time is NaN. */
function lostTime(holder: unknown, key: string): string | undefined {
  const given: unknown = Reflect.get(holder as object, key);
  if (typeof given !== 'object' || given === null) return undefined;
  return typeof given.valueOf === 'function' && Number.isNaN(given.valueOf())
    ? 'a date that is none'
    : undefined;
}

/** Kinds whose content is in no property: JSON makes `{}` of them. */
const HOLDERS = new Set([
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'Error', 'DOMException', 'Symbol'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'URLSearchParams', 'Headers', 'FormData', 'Blob', 'File'],
]);

/** What an object is, if it is of a kind that JSON empties, or makes something else of: typed arrays become objects. */
function notPlain(value: object): string | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  // plain, also where it is of another realm
  if (prototype === null || prototype === Array.prototype || Object.getPrototypeOf(prototype) === null) {
    return undefined;
  }
  // the tag is the same for objects of another realm, and for those of classes that extend the kind
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (HOLDERS.has(kind) || ArrayBuffer.isView(value)) return `the ${kind}`;
  if (kind === 'Number') return notJson(Number(value), false);
  if (kind === 'Object' || kind.endsWith('Iterator') || kind.endsWith('Generator')) {
    return Object.keys(value).length > 0 ? undefined : emptied(value, kind);
  }
  return undefined;
}

/** An object of a class that has no property of its own: what it holds, if anything, is out of JSON's reach. */
function emptied(value: object, kind: string): string {
  const { constructor: made } = value as { readonly constructor?: unknown };
  const name = typeof made === 'function' && made.name !== '' ? made.name : kind;
  return `the ${name}, which has no property of its own`;
}
