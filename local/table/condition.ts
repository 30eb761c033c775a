import { type Path, type Scope, valueAt } from './scope.ts';
import { Tokens } from './tokens.ts';
import { compare, isEqual, lengthOf } from './values.ts';

type Condition = (scope: Scope) => boolean;
type Operand = (scope: Scope) => unknown;

/** A parsed condition. */
export interface ParsedCondition {
  readonly text: string;
  readonly values: ReadonlySet<string>;
  readonly holds: Condition;
}

const COMPARISONS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': isEqual,
  '<>': (a, b) => !isEqual(a, b),
  '<': (a, b) => (compare(a, b) ?? 0) < 0,
  '<=': (a, b) => (compare(a, b) ?? 1) <= 0,
  '>': (a, b) => (compare(a, b) ?? 0) > 0,
  '>=': (a, b) => (compare(a, b) ?? -1) >= 0,
};

/**
 * Parses a condition: AND, OR, NOT, parentheses, comparisons, BETWEEN, IN, attribute_exists, attribute_not_exists,
 * size.
 *
 * @throws InvalidRequestError
 */
export function parseCondition(text: string): ParsedCondition {
  const tokens = new Tokens(text);
  const holds = or(tokens);
  tokens.end();
  return { text, values: tokens.values, holds };
}

function or(tokens: Tokens): Condition {
  const all = [and(tokens)];
  while (tokens.takeIf('OR')) all.push(and(tokens));
  return all.length === 1 && all[0] ? all[0] : scope => all.some(one => one(scope));
}

function and(tokens: Tokens): Condition {
  const all = [not(tokens)];
  while (tokens.takeIf('AND')) all.push(not(tokens));
  return all.length === 1 && all[0] ? all[0] : scope => all.every(one => one(scope));
}

function not(tokens: Tokens): Condition {
  if (tokens.takeIf('NOT')) {
    const one = not(tokens);
    return scope => !one(scope);
  }
  if (tokens.takeIf('(')) {
    const one = or(tokens);
    tokens.take(')');
    return one;
  }
  if (tokens.takeIf('ATTRIBUTE_EXISTS')) {
    const path = argument(tokens);
    return scope => valueAt(path, scope) !== undefined;
  }
  if (tokens.takeIf('ATTRIBUTE_NOT_EXISTS')) {
    const path = argument(tokens);
    return scope => valueAt(path, scope) === undefined;
  }
  return comparison(tokens);
}

function comparison(tokens: Tokens): Condition {
  const left = operand(tokens);
  if (tokens.takeIf('BETWEEN')) {
    const low = operand(tokens);
    tokens.take('AND');
    const high = operand(tokens);
    return scope => {
      const value = left(scope);
      return (compare(value, low(scope)) ?? -1) >= 0 && (compare(value, high(scope)) ?? 1) <= 0;
    };
  }
  if (tokens.takeIf('IN')) {
    tokens.take('(');
    const all = tokens.list(() => operand(tokens));
    tokens.take(')');
    return scope => {
      const value = left(scope);
      return value !== undefined && all.some(one => isEqual(value, one(scope)));
    };
  }
  const operator = Object.keys(COMPARISONS).find(sign => tokens.takeIf(sign));
  const compares = operator && COMPARISONS[operator];
  if (!compares) throw tokens.unexpected('a comparison');
  const right = operand(tokens);
  return scope => {
    const [a, b] = [left(scope), right(scope)];
    // a comparison with a missing attribute is true only for `<>`, and only if the other value exists
    if (a === undefined || b === undefined) return operator === '<>' && a !== b;
    return compares(a, b);
  };
}

function operand(tokens: Tokens): Operand {
  const value = tokens.value();
  if (value !== undefined) return ({ values }) => values[value];
  if (tokens.takeIf('SIZE')) {
    const path = argument(tokens);
    return scope => lengthOf(valueAt(path, scope));
  }
  const path = tokens.path();
  return scope => valueAt(path, scope);
}

function argument(tokens: Tokens): Path {
  tokens.take('(');
  const path = tokens.path();
  tokens.take(')');
  return path;
}
