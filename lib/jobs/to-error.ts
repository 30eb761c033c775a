import { types } from 'node:util';
import type { ErrorRecord } from '../store/job.ts';
import { toText } from '../telemetry/to-loggable.ts';
import { beginningOf } from '../text/cut.ts';

const NAME_LENGTH = 100;
const MESSAGE_LENGTH = 1_000;
const STACK_LENGTH = 2_000;
/** Characters of a stack that are looked at: an error's message, which may be of any length, stands before its frames. */
const STACK_READ_LENGTH = 20_000;
/** How many causes of an error are told, the nearest first. */
const CAUSES = 3;

/**
 * Turns any thrown value into an error whose name, message and stack can be read. An Error is returned as it is. For
 * other values the error's message describes the value. It never throws.
 */
export function asError(thrown: unknown): Error {
  if (isSound(thrown)) return thrown;
  const { name, message } = describe(thrown);
  const isObject = typeof thrown === 'object' && thrown !== null;
  return Object.assign(new Error(message, isObject ? { cause: thrown } : undefined), { name });
}

/** Makes the stored form of an error. Its message has what the error's causes say. */
export function toErrorRecord(error: ErrorRecord): ErrorRecord {
  const name = String(read(error, 'name') ?? '');
  return { name: beginningOf(name, NAME_LENGTH), message: withCauses(error) };
}

/**
 * Returns an error's message, and after it what its causes say and it does not: `fetch failed: connect ECONNREFUSED
 * 127.0.0.1:80`. A cause without a message, as that of a name with several addresses, is told by its code.
 */
function withCauses(error: object): string {
  let text = beginningOf(String(read(error, 'message') ?? ''), MESSAGE_LENGTH);
  let cause = read(error, 'cause');
  for (let told = 0; told < CAUSES && cause; told++) {
    const isObject = typeof cause === 'object';
    const says = isObject ? read(cause, 'message') || read(cause, 'code') : cause;
    if (typeof says === 'string' && !text.includes(says)) text += `${text && ': '}${says}`;
    cause = isObject ? read(cause, 'cause') : undefined;
  }
  return beginningOf(text, MESSAGE_LENGTH);
}

/**
 * Returns the frames of an error's stack, a line each, without the lines that repeat its message. Undefined where it has
 * none. It never throws.
 */
export function framesOf(error: object): string | undefined {
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return undefined;
  const frames = beginningOf(stack, STACK_READ_LENGTH)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.startsWith('at '));
  return frames.length === 0 ? undefined : beginningOf(frames.join('\n'), STACK_LENGTH);
}

/** Makes an error for a hook from its stored form. */
export function fromErrorRecord({ name, message }: ErrorRecord): Error {
  return Object.assign(new Error(message), { name });
}

/** Says whether a value is an Error with readable fields. A Proxy is refused, since its answers may change. */
function isSound(thrown: unknown): thrown is Error {
  if (typeof thrown !== 'object' || thrown === null || types.isProxy(thrown)) return false;
  if (!(types.isNativeError(thrown) || thrown instanceof Error)) return false;
  try {
    const { name, message, stack = '' } = thrown;
    return [name, message, stack].every(field => typeof field === 'string');
  } catch {
    return false;
  }
}

function describe(thrown: unknown): ErrorRecord {
  if (typeof thrown === 'string') return { name: 'Error', message: thrown };
  if (thrown === undefined || thrown === null) return { name: 'Error', message: `${thrown} was thrown` };
  if (typeof thrown !== 'object') return { name: 'Error', message: toText(thrown) };
  const [name, message, code] = ['name', 'message', 'code'].map(field => read(thrown, field));
  return {
    name: typeof name === 'string' ? name : 'Error',
    message:
      typeof message === 'string'
        ? `${message}${typeof code === 'string' || typeof code === 'number' ? ` (${code})` : ''}`
        : toText(message ?? thrown),
  };
}

/** Reads a field of an object; undefined where reading it throws. */
function read(thrown: object, field: string): unknown {
  try {
    return Reflect.get(thrown, field);
  } catch {
    return undefined;
  }
}
