import { Token } from 'aws-cdk-lib/core';
import * as v from 'valibot';

/** A schema for each property of a type, and no other. */
export type EntriesOf<T> = Readonly<Record<keyof T, v.GenericSchema>>;

/** Accepts a token too: its value is known only at the deployment, and cannot be checked here. */
export const tokenOr = (schema: v.GenericSchema) =>
  v.lazy(given => (Token.isUnresolved(given) ? v.unknown() : schema));

/** The same of a property that may be left out. */
export const orToken = (schema: v.GenericSchema) => v.optional(tokenOr(schema));

/** Accepts anything, of a property that is checked elsewhere. */
export const unchecked = v.optional(v.unknown());

export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const rule = `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
  return v.pipe(v.number(rule), v.safeInteger(rule), v.minValue(least, rule), v.maxValue(most, rule));
};

/** Recognizes an object of CDK's by a property that all of its kind have. */
export const having = (property: string, rule: string) =>
  v.custom(given => typeof given === 'object' && given !== null && property in given, rule);

export const text = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule));

export const someOf = (each: v.GenericSchema, rule: string) =>
  v.pipe(v.array(each, rule), v.minLength(1, rule));

export const flag = v.optional(v.boolean('true or false'));

/** Makes the schema of an object with these properties. The issue of an unknown property lists the known ones. */
export const group = <T>(entries: EntriesOf<T>) => {
  const names = Object.keys(entries).join(', ');
  return v.strictObject(entries, ({ expected }) => {
    if (expected === 'never') return names;
    // of a property that is missing, its name in quotes is expected
    return expected?.startsWith('"') ? `set, in an object of ${names}` : `an object of ${names}`;
  });
};

/** Makes the schema of an object with entries of any name. `v.record` would ignore an entry named `constructor`. */
export const byName = <S extends v.GenericSchema>(
  entry: S,
  rule: string,
  name: v.GenericSchema<string> = v.string(),
) =>
  v.pipe(
    v.custom<object>(given => typeof given === 'object' && given !== null && !Array.isArray(given), rule),
    v.transform(given => new Map<unknown, unknown>(Object.entries(given))),
    v.map(name, entry, rule),
  );
