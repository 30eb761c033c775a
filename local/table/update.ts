import type { PlainRecord } from '#lib/store/expressions';
import { InvalidRequestError } from './invalid-request-error.ts';
import { type Path, resolve, type Scope, valueAt } from './scope.ts';
import { Tokens } from './tokens.ts';
import { isMap, put } from './values.ts';

type Operand = (scope: Scope) => unknown;

/** One clause: the value that it puts at a path. Undefined removes the value at the path. */
interface Clause {
  readonly path: Path;
  readonly value: Operand | undefined;
}

/** A parsed update. */
export interface ParsedUpdate {
  readonly text: string;
  readonly values: ReadonlySet<string>;
  /** Returns the record after the update. It does not change the record in the scope. */
  readonly apply: (scope: Scope) => PlainRecord;
}

/**
 * Parses an update: SET with if_not_exists, + and −; REMOVE; ADD of numbers.
 *
 * @throws InvalidRequestError
 */
export function parseUpdate(text: string): ParsedUpdate {
  const tokens = new Tokens(text);
  const clauses: Clause[] = [];
  const seen = new Set<string>();
  for (let keyword = tokens.next; keyword !== undefined; keyword = tokens.next) {
    const read = CLAUSES[keyword];
    if (read === undefined || seen.has(keyword)) throw tokens.unexpected('SET, REMOVE or ADD, each once');
    seen.add(keyword);
    tokens.take(keyword);
    clauses.push(...tokens.list(() => read(tokens)));
  }
  if (clauses.length === 0) throw tokens.unexpected('SET, REMOVE or ADD');
  let isApart = false;
  return {
    text,
    values: tokens.values,
    apply: scope => {
      const isAliased = Object.keys(scope.aliases).length > 0;
      const paths = clauses.map(({ path }) => (isAliased ? resolve(path, scope) : path));
      // without aliases the paths are the same each time
      if (isAliased || !isApart) assertApart(paths, text);
      isApart ||= !isAliased;
      return apply(clauses, paths, scope, text);
    },
  };
}

const CLAUSES: Readonly<Record<string, (tokens: Tokens) => Clause>> = {
  SET: tokens => {
    const path = tokens.path();
    tokens.take('=');
    return { path, value: sum(tokens) };
  },
  REMOVE: tokens => ({ path: tokens.path(), value: undefined }),
  ADD: tokens => {
    const path = tokens.path();
    const value = tokens.value();
    if (value === undefined) throw tokens.unexpected('a value');
    return {
      path,
      value: scope =>
        number(valueAt(path, scope) ?? 0, tokens.text) + number(scope.values[value], tokens.text),
    };
  },
};

function sum(tokens: Tokens): Operand {
  const left = operand(tokens);
  const sign = tokens.takeIf('+') ? 1 : tokens.takeIf('-') ? -1 : undefined;
  if (sign === undefined) return left;
  const right = operand(tokens);
  return scope => number(left(scope), tokens.text) + sign * number(right(scope), tokens.text);
}

function operand(tokens: Tokens): Operand {
  const value = tokens.value();
  if (value !== undefined) return ({ values }) => values[value];
  if (tokens.takeIf('IF_NOT_EXISTS')) {
    tokens.take('(');
    const path = tokens.path();
    tokens.take(',');
    const otherwise = operand(tokens);
    tokens.take(')');
    return scope => valueAt(path, scope) ?? otherwise(scope);
  }
  const path = tokens.path();
  return scope => {
    const there = valueAt(path, scope);
    if (there === undefined) {
      throw new InvalidRequestError(
        `The expression refers to an attribute that does not exist in the item, #${path.join('.#')}: ${tokens.text}`,
      );
    }
    return there;
  };
}

function number(value: unknown, text: string): number {
  if (typeof value === 'number') return value;
  throw new InvalidRequestError(`An operand has to be a number, and is ${JSON.stringify(value)}: ${text}`);
}

/** Applies all clauses, with their paths in the record, to the record before the update. */
function apply(clauses: readonly Clause[], paths: readonly Path[], scope: Scope, text: string): PlainRecord {
  const values = clauses.map(({ value }) => value?.(scope));
  const record = { ...scope.record };
  const copied = new Set<unknown>([record]);
  for (const [at, path] of paths.entries()) {
    const value = values[at];
    let parent: PlainRecord = record;
    for (const name of path.length > 1 ? path.slice(0, -1) : []) {
      const there: unknown = Object.hasOwn(parent, name) ? parent[name] : undefined;
      if (!isMap(there)) {
        throw new InvalidRequestError(`The document path ${path.join('.')} is invalid for update: ${text}`);
      }
      const own = copied.has(there) ? there : { ...there };
      copied.add(own);
      put(parent, name, own);
      parent = own;
    }
    const last = path.at(-1) ?? '';
    if (value === undefined) delete parent[last];
    else put(parent, last, value);
  }
  return record;
}

/** @throws InvalidRequestError if two paths are equal, or one contains another */
function assertApart(paths: readonly Path[], text: string): void {
  const whole = new Set(paths.map(path => path.join('\0')));
  const overlap =
    whole.size < paths.length ||
    paths.some(path => path.some((_, at) => at > 0 && whole.has(path.slice(0, at).join('\0'))));
  if (overlap) throw new InvalidRequestError(`Two document paths overlap with each other: ${text}`);
}
