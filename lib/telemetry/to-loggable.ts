import { types } from 'node:util';
import { cut } from '../text/cut.ts';

/** What one value may take in a line of the log. CloudWatch takes events of 256 KB. */
const BOUNDS = { characters: 50_000, values: 5_000, depth: 20 };

/** What is left of the bounds, and the objects that the value is in. */
interface Room {
  characters: number;
  values: number;
  readonly path: object[];
}

/**
 * Any value as plain data that JSON.stringify can write. It never throws.
 *
 * Errors are told with their name, message, stack and cause; a Map and a Set by what they hold. What JSON cannot hold, or
 * what throws when it is read, is told as a text in brackets. What goes beyond a line of the log is cut with `…`.
 */
export const toLoggable = (value: unknown): unknown =>
  plain(value, { characters: BOUNDS.characters, values: BOUNDS.values, path: [] });

/** Any value as a text: a text is itself, and of anything else it is the JSON of what can be told. It never throws. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const told = toLoggable(value);
  return typeof told === 'string' ? told : (JSON.stringify(told) ?? 'undefined');
}

function plain(value: unknown, room: Room): unknown {
  room.values -= 1;
  switch (typeof value) {
    case 'string':
      return text(value, room);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? null : safely(() => plainObject(value, room));
    default:
      return text(typeof value === 'function' ? '[function]' : String(value), room);
  }
}

function text(value: string, room: Room): string {
  const told = cut(value, Math.max(0, room.characters));
  room.characters -= told.length;
  return told;
}

function plainObject(value: object, room: Room): unknown {
  if (room.path.includes(value)) return '[circular]';
  if (room.path.length === BOUNDS.depth) return '[nested too deeply]';
  room.path.push(value);
  try {
    if (isError(value)) return plainError(value, room);
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`;
    if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), room);
    if (Array.isArray(value)) return plainArray(value, room);
    if (value instanceof Map || value instanceof Set) return plainArray(value, room);
    return plainFields(value, Object.keys(value), room);
  } finally {
    room.path.pop();
  }
}

function plainArray(values: Iterable<unknown>, room: Room): unknown[] {
  const told: unknown[] = [];
  for (const value of values) {
    if (isFull(room)) return [...told, '…'];
    told.push(plain(value, room) ?? null);
  }
  return told;
}

function plainFields(value: object, names: readonly string[], room: Room): Record<string, unknown> {
  const told: [string, unknown][] = [];
  for (const name of names) {
    if (isFull(room)) {
      told.push(['…', '…']);
      break;
    }
    told.push([text(name, room), safely(() => plain(Reflect.get(value, name), room))]);
  }
  return Object.fromEntries(told);
}

/** JSON makes `{}` of an error: what it says is in no property that it sees. */
function plainError(error: Error, room: Room): Record<string, unknown> {
  const own = Object.keys(error).filter(name => !ERROR_FIELDS.includes(name));
  return plainFields(error, [...ERROR_FIELDS, ...own], room);
}

const ERROR_FIELDS = ['name', 'message', 'stack', 'cause', 'errors'];

const isFull = ({ characters, values }: Room): boolean => characters <= 0 || values <= 0;

/** Errors of another realm too. */
const isError = (value: object): value is Error => types.isNativeError(value) || value instanceof Error;

function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[cannot be read]';
  }
}
