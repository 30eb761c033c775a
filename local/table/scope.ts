import type { PlainRecord } from '#lib/store/expressions';
import { InvalidRequestError } from './invalid-request-error.ts';
import { isMap } from './values.ts';

/** The record, values and names that an expression is evaluated with. */
export interface Scope {
  readonly record: PlainRecord;
  /** The values, in their stored form. */
  readonly values: PlainRecord;
  /** The names of placeholders that differ from their attribute's name. */
  readonly aliases: Readonly<Record<string, string>>;
}

export type Path = readonly string[];

/** Replaces a path's placeholders by the names in the record. */
export const resolve = (path: Path, { aliases }: Scope): string[] => path.map(name => aliases[name] ?? name);

/** Returns the value at a path, or undefined. */
export function valueAt(path: Path, scope: Scope): unknown {
  let value: unknown = scope.record;
  for (const name of path) {
    const own = scope.aliases[name] ?? name;
    if (!isMap(value) || !Object.hasOwn(value, own)) return undefined;
    value = value[own];
  }
  return value;
}

/** @throws InvalidRequestError if a value that an expression uses is not given */
export function assertGiven(names: Iterable<string>, given: PlainRecord, text: string): void {
  for (const name of names) {
    if (given[name] === undefined) {
      throw new InvalidRequestError(`The value :${name} is used and not given, in: ${text}`);
    }
  }
}
