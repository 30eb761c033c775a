import { inspect } from 'node:util';
import * as v from 'valibot';
import { DefinitionError, ERROR_CODES } from '../errors.ts';
import { LIMITS } from './limits.ts';
import type { BatchOptions, Definition } from './options.ts';

const NAME = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${LIMITS.nameLength - 1}}$`);

const integer = ({ min, max }: { readonly min: number; readonly max: number }) => {
  const allowed = `an integer from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
};
const callable = v.function('a function');
const NAME_RULE = `1 to ${LIMITS.nameLength} letters, digits and "._:-", beginning with a letter or digit`;
const TAGS_RULE = `an array of at most ${LIMITS.tags.count} strings of 1 to ${LIMITS.tags.length} characters`;

const OPTIONS = v.strictObject(
  {
    name: v.pipe(v.string(NAME_RULE), v.regex(NAME, NAME_RULE)),
    maxSize: integer(LIMITS.maxSize),
    maxWaitMs: integer(LIMITS.maxWaitMs),
    maxBytes: v.optional(integer(LIMITS.maxBytes)),
    handler: callable,
    groupBy: v.optional(callable),
    deduplicateBy: v.optional(callable),
    persist: v.optional(v.boolean('true or false')),
    shards: v.optional(integer(LIMITS.shards)),
    tags: v.optional(
      v.pipe(
        v.array(
          v.pipe(v.string(TAGS_RULE), v.minLength(1, TAGS_RULE), v.maxLength(LIMITS.tags.length, TAGS_RULE)),
          TAGS_RULE,
        ),
        v.maxLength(LIMITS.tags.count, TAGS_RULE),
      ),
    ),
    schema: v.optional(
      v.custom(isStandardSchema, 'a Standard Schema, such as one of zod, valibot or arktype'),
    ),
  },
  issue => (issue.expected === 'never' ? UNKNOWN_OPTION : 'an object of options'),
);
const UNKNOWN_OPTION = 'unknown option';

/**
 * Checks the options of a definition and fills in the defaults.
 *
 * @throws DefinitionError `definition.invalid`, naming the option, the value and what is allowed
 */
export function define<T, R, I>(options: BatchOptions<T, R, I>): Definition<T, R, I> {
  const result = v.safeParse(OPTIONS, options, { abortEarly: true });
  if (!result.success) throw invalid(options, result.issues[0]);
  const { persist = true, shards = 1, tags = [] } = options;
  if (!persist && shards > 1) {
    throw new DefinitionError(
      ERROR_CODES.definitionInvalid,
      `batch ${show(options.name)}: shards was ${shards}, but with persist: false nothing is stored that could be sharded; leave shards out.`,
      { details: { batch: options.name, option: 'shards', value: shards } },
    );
  }
  return Object.freeze({ ...options, persist, shards, tags: Object.freeze([...tags]) });
}

/**
 * Checks that definitions brought together, deployed or started locally, have names of their own.
 *
 * @throws DefinitionError `definition.duplicate_name`
 */
export function assertDistinct(definitions: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of definitions) {
    if (seen.has(name)) {
      throw new DefinitionError(
        ERROR_CODES.definitionDuplicate,
        `Two definitions are named ${show(name)}; each batch of a deployment needs a name of its own.`,
        { details: { batch: name } },
      );
    }
    seen.add(name);
  }
}

function isStandardSchema(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  const standard: unknown = Reflect.get(value, '~standard');
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}

function invalid(options: unknown, issue: v.BaseIssue<unknown>): DefinitionError {
  const name: unknown = typeof options === 'object' && options !== null && 'name' in options && options.name;
  const batch = typeof name === 'string' ? `batch ${show(name)}` : 'batch()';
  const option = v.getDotPath(issue) ?? 'options';
  const message =
    issue.message === UNKNOWN_OPTION
      ? `${batch}: there is no option ${show(option)}; the options are ${Object.keys(OPTIONS.entries).join(', ')}.`
      : `${batch}: ${option} must be ${issue.message}; it was ${show(issue.input)}.`;
  return new DefinitionError(ERROR_CODES.definitionInvalid, message, {
    details: { batch: name, option, value: issue.input },
  });
}

/** A value as a reader would write it; JSON alone would print NaN and Infinity as null. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return inspect(value, { depth: 2, breakLength: Infinity });
  return Object.is(value, -0) ? '-0' : String(value);
}
