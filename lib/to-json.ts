import { LIMITS } from './definition/limits.ts';
import { ERROR_CODES } from './errors.ts';
import type { Refuse } from './refuse.ts';

/**
 * An item as JSON. What JSON would lose or change without a word is refused: numbers that are not finite, bigints,
 * functions, symbols, undefined within arrays, and the built-in kinds whose content is in no property (HOLDERS).
 *
 * Of an object its own enumerable properties with names are kept, whatever class it is of, and of an array its elements.
 * Properties that are undefined are left out, as JSON does and TypeScript's optional properties expect; what has a
 * `toJSON`, such as a Date or a Buffer, becomes what that says. Nesting has a bound, so that one item cannot exhaust the
 * stack of whoever handles its batch.
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
        ? `over ${LIMITS.itemDepth} levels of nesting`
        : notJson(value, Array.isArray(this));
    if (what === undefined) return value;
    culprit = key === '' ? what : `${what} at ${JSON.stringify(key)}`;
    throw new NotJson();
  };
  let json: string | undefined;
  try {
    json = JSON.stringify(item, check);
  } catch (error) {
    if (!(error instanceof NotJson)) culprit = error instanceof Error ? error.message : String(error);
  }
  if (json === undefined) {
    return refuse(
      ERROR_CODES.itemNotJson,
      `it cannot be written as JSON (${culprit || 'undefined'}). Items are objects, arrays, strings, finite numbers, booleans and null.`,
    );
  }
  return json;
}

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
      return value === null ? undefined : holder(value);
    default:
      return undefined;
  }
}

/** Kinds whose content is in no property: JSON makes `{}` of them. */
const HOLDERS = new Set([
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'Error', 'DOMException'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'URLSearchParams', 'Headers', 'FormData', 'Blob', 'File'],
]);

/** What an object is, if it is of a kind that JSON empties, or makes something else of: typed arrays become objects. */
function holder(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype) return undefined;
  // the tag is the same for objects of another realm, and for those of classes that extend the kind
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (!HOLDERS.has(kind) && !ArrayBuffer.isView(value)) return undefined;
  return `the ${kind}`;
}
