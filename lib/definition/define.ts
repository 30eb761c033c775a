import { inspect } from 'node:util';
import * as v from 'valibot';
import * as ERROR_CODES from '../error-codes.ts';
import { DefinitionError } from '../errors.ts';
import { findClash } from './clashes.ts';
import { LIMITS } from './limits.ts';
import type { BatchOptions, Definition } from './options.ts';
import { RETRY_DEFAULTS } from './retries.ts';

const LOCK_TTL_MS = 30_000;
const RETENTION_MS = 14 * 86_400_000;

const NAME = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${LIMITS.nameLength - 1}}$`);

const integer = ({ min, max }: { readonly min: number; readonly max: number }) => {
  const allowed = `an integer from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
};
const callable = v.function('a function');
const flag = v.boolean('true or false');
const DEDUP_RULE = 'a function, { key, ttlMs }, or { key, at: "flush", keep }';
const NAME_RULE = `1 to ${LIMITS.nameLength} letters, digits and "._:-", beginning with a letter or digit`;
const POOL = new RegExp(`^[A-Za-z0-9][A-Za-z0-9-]{0,${LIMITS.poolLength - 1}}$`);
const POOL_RULE = `1 to ${LIMITS.poolLength} letters, digits and hyphens, beginning with a letter or digit`;
const TAGS_RULE = `an array of at most ${LIMITS.tags.count} strings of 1 to ${LIMITS.tags.length} characters, without half characters (lone surrogates)`;

const DEDUP_AT_FLUSH = v.strictObject(
  {
    key: callable,
    at: v.picklist(['flush'], '"flush"'),
    keep: v.picklist(['first', 'last'], '"first" or "last"'),
    // remembered keys have markers, and these have none
    ttlMs: v.optional(v.picklist([], 'left out with at: "flush"')),
  },
  DEDUP_RULE,
);

/** What is left out is refused by its own rule. */
const REQUIRED: object = { name: undefined, maxSize: undefined, maxWaitMs: undefined, handler: undefined };
const OPTIONS = v.strictObject(
  {
    name: v.pipe(v.string(NAME_RULE), v.regex(NAME, NAME_RULE)),
    maxSize: integer(LIMITS.maxSize),
    maxWaitMs: integer(LIMITS.maxWaitMs),
    maxBytes: v.optional(integer(LIMITS.maxBytes)),
    handler: callable,
    groupBy: v.optional(callable),
    deduplicateBy: v.optional(
      v.lazy(given =>
        typeof given === 'function'
          ? callable
          : (given as { at?: unknown } | null)?.at
            ? DEDUP_AT_FLUSH
            : v.strictObject({ key: callable, ttlMs: integer(LIMITS.dedupTtlMs) }, DEDUP_RULE),
      ),
    ),
    persist: v.optional(flag),
    shards: v.optional(integer(LIMITS.shards)),
    retries: v.optional(
      v.strictObject(
        {
          max: v.optional(integer(LIMITS.retries)),
          strategy: v.optional(v.picklist(['exponential', 'fixed'], '"exponential" or "fixed"')),
          baseDelay: v.optional(integer(LIMITS.retryDelayMs)),
          maxDelay: v.optional(integer(LIMITS.retryDelayMs)),
          jitter: v.optional(flag),
        },
        '{ max, strategy, baseDelay, maxDelay, jitter }',
      ),
    ),
    deadLetter: v.optional(
      v.strictObject({ enabled: v.optional(flag), onDead: v.optional(callable) }, '{ enabled, onDead }'),
    ),
    timeout: v.optional(integer(LIMITS.timeoutMs)),
    heartbeatMs: v.optional(integer(LIMITS.heartbeatMs)),
    lockTtlMs: v.optional(integer(LIMITS.lockTtlMs)),
    hooks: v.optional(
      v.strictObject(
        {
          beforeFlush: v.optional(callable),
          onSuccess: v.optional(callable),
          onFail: v.optional(callable),
        },
        '{ beforeFlush, onSuccess, onFail }',
      ),
    ),
    concurrency: v.optional(integer(LIMITS.concurrency)),
    throttle: v.optional(
      v.strictObject(
        { max: integer(LIMITS.throttle.max), duration: integer(LIMITS.throttle.durationMs) },
        '{ max, duration }',
      ),
    ),
    maxPendingBatches: v.optional(integer(LIMITS.maxPendingBatches)),
    quietMs: v.optional(integer(LIMITS.quietMs)),
    lingerMs: v.optional(integer(LIMITS.lingerMs)),
    urgent: v.optional(callable),
    limits: v.optional(callable),
    ordered: v.optional(flag),
    retention: v.optional(
      v.strictObject(
        {
          completed: v.optional(integer(LIMITS.retentionMs)),
          failed: v.optional(integer(LIMITS.retentionMs)),
        },
        '{ completed, failed }',
      ),
    ),
    events: v.optional(flag),
    pool: v.optional(v.pipe(v.string(POOL_RULE), v.regex(POOL, POOL_RULE))),
    tags: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(TAGS_RULE),
            v.minLength(1, TAGS_RULE),
            v.maxLength(LIMITS.tags.length, TAGS_RULE),
            v.check(tag => tag.isWellFormed(), TAGS_RULE),
          ),
          TAGS_RULE,
        ),
        v.maxLength(LIMITS.tags.count, TAGS_RULE),
      ),
    ),
    schema: v.optional(
      v.custom(isStandardSchema, 'a Standard Schema, such as one of zod, valibot or arktype'),
    ),
  },
  'an option',
);

/**
 * Checks the options of a definition and fills in the defaults.
 *
 * @throws DefinitionError `definition.invalid`, naming the option, the value and what is allowed
 */
export function define<T, R, I>(options: BatchOptions<T, R, I>): Definition<T, R, I> {
  const result = v.safeParse(OPTIONS, { ...REQUIRED, ...options }, { abortEarly: true });
  if (!result.success) throw invalid(options, result.issues[0]);
  const { deduplicateBy: dedup, ...others } = options;
  const { persist = true, shards = 1, ordered = false, lockTtlMs = LOCK_TTL_MS } = options;
  const heartbeatMs = options.heartbeatMs ?? Math.floor(lockTtlMs / 3);
  const definition: Definition<T, R, I> = Object.freeze({
    ...others,
    persist,
    shards,
    ordered,
    lockTtlMs,
    heartbeatMs,
    tags: Object.freeze([...(options.tags ?? [])]),
    retries: Object.freeze({ ...RETRY_DEFAULTS, ...options.retries }),
    deadLetter: Object.freeze({ enabled: false, ...options.deadLetter }),
    hooks: Object.freeze({ ...options.hooks }),
    ...(options.throttle && { throttle: Object.freeze({ ...options.throttle }) }),
    retention: Object.freeze({
      completed: RETENTION_MS,
      failed: RETENTION_MS,
      ...options.retention,
    }),
    events: options.events ?? false,
    ...(typeof dedup === 'function' && { deduplicateBy: dedup }),
    ...(typeof dedup === 'object' && {
      deduplicateBy: dedup.key,
      ...(dedup.at ? { dedupKeep: dedup.keep } : { dedupTtlMs: dedup.ttlMs }),
    }),
  });
  const clash = findClash(definition);
  if (clash) {
    throw new DefinitionError(
      ERROR_CODES.definitionInvalid,
      `batch ${show(options.name)}: ${clash.message}`,
      { details: { batch: options.name, option: clash.option, value: options[clash.option] } },
    );
  }
  return definition;
}

/**
 * Checks that no two definitions of a deployment have the same name.
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
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  );
}

function invalid(options: unknown, issue: v.BaseIssue<unknown>): DefinitionError {
  const name: unknown = typeof options === 'object' && options !== null && 'name' in options && options.name;
  const batch = typeof name === 'string' ? `batch ${show(name)}` : 'batch()';
  const [outer, inner] = issue.path ?? [];
  // What an object of options lacks, or has beyond its own, is told of the whole object.
  const isOfObject = issue.type === 'strict_object' && inner;
  const option = String(isOfObject ? outer?.key : v.getDotPath(issue));
  const value = isOfObject ? inner.input : issue.input;
  const message =
    issue.expected === 'never' && !inner
      ? `${batch}: there is no option ${show(option)}; the options are ${Object.keys(OPTIONS.entries).join(', ')}.`
      : `${batch}: ${option} must be ${issue.message}; it was ${show(value)}.`;
  return new DefinitionError(ERROR_CODES.definitionInvalid, message, {
    details: { batch: name, option, value },
  });
}

/** Writes a value for a message. JSON alone would write NaN and Infinity as null. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return inspect(value, { depth: 2, breakLength: Infinity });
  return Object.is(value, -0) ? '-0' : String(value);
}
