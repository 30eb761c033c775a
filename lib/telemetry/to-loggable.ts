import { types } from 'node:util';
import { cut } from '../text/cut.ts';

/** Bounds of one value in a log line. CloudWatch takes events of 256 KB. */
const BOUNDS = { characters: 50_000, values: 5_000, depth: 20 };

/** How much of the bounds is left, and the objects that contain the value. */
interface Room {
  characters: number;
  values: number;
  readonly path: object[];
}

/**
 * Converts any value to plain data that JSON.stringify can write. It never throws.
 *
 * An error becomes its name, message, stack and cause. A Map or a Set becomes its content. A value that JSON cannot hold,
 * or that throws when it is read, becomes a text in brackets. A value too long for a log line is cut with `…`.
 */
export const toLoggable = (value: unknown): unknown =>
  plain(value, { characters: BOUNDS.characters, values: BOUNDS.values, path: [] });

/** Converts any value to a text: a text stays itself, anything else becomes the JSON of `toLoggable`. It never throws. */
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

/** Copies an error's fields into a plain object. JSON alone makes `{}` of an error, since its fields are not enumerable. */
function plainError(error: Error, room: Room): Record<string, unknown> {
  const own = Object.keys(error).filter(name => !ERROR_FIELDS.includes(name));
  return plainFields(error, [...ERROR_FIELDS, ...own], room);
}

const ERROR_FIELDS = ['name', 'message', 'stack', 'cause', 'errors'];

const isFull = ({ characters, values }: Room): boolean => characters <= 0 || values <= 0;

/** Recognizes errors, also those of another realm. */
const isError = (value: object): value is Error => types.isNativeError(value) || value instanceof Error;

function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[cannot be read]';
  }
}
