import type { PlainRecord } from '#lib/store/expressions';
import { InvalidRequestError } from './invalid-request-error.ts';
import { isMap } from './values.ts';

/** What an expression is evaluated over. */
export interface Scope {
  readonly record: PlainRecord;
  /** As they are stored. */
  readonly values: PlainRecord;
  /** What placeholders stand for that are not an attribute's own name. */
  readonly aliases: Readonly<Record<string, string>>;
}

export type Path = readonly string[];

/** A path's names as they are in the record. */
export const resolve = (path: Path, { aliases }: Scope): string[] => path.map(name => aliases[name] ?? name);

/** What is at a path; undefined where nothing is. */
export function valueAt(path: Path, scope: Scope): unknown {
  let value: unknown = scope.record;
  for (const name of path) {
    const own = scope.aliases[name] ?? name;
    if (!isMap(value) || !Object.hasOwn(value, own)) return undefined;
    value = value[own];
  }
  return value;
}

/** @throws InvalidRequestError where a value that an expression uses is not given */
export function assertGiven(names: Iterable<string>, given: PlainRecord, text: string): void {
  for (const name of names) {
    if (given[name] === undefined) {
      throw new InvalidRequestError(`The value :${name} is used and not given, in: ${text}`);
    }
  }
}
