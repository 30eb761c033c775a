import * as ERROR_CODES from './error-codes.ts';
import { cut } from './text/cut.ts';

export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES];

/** Marks the errors of every copy of this package. */
const MARK = Symbol.for('cistern.error');

/**
 * The base of every error that Cistern throws on purpose.
 *
 * `code` is stable and meant for programs, `message` says what was given, what is allowed and what to do,
 * `details` holds the same facts as data.
 */
export class CisternError extends Error {
  override readonly name: string = 'CisternError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/**
 * Returns whether a value is an error of the class `this`. A process may have loaded this package twice, as ES modules
 * and as CommonJS. The errors of one copy are instances of the other copy's classes too.
 */
function isInstance(this: typeof CisternError, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
  return MARK in value && this.name.endsWith('Error') && isNamed(value, this.name);
}
Object.defineProperty(CisternError, Symbol.hasInstance, { value: isInstance });
Object.defineProperty(CisternError.prototype, MARK, { value: true });

/** Returns whether an object's class, or a class that it extends, has this name. */
function isNamed(value: object | null, name: string): boolean {
  return value !== null && (value.constructor.name === name || isNamed(Object.getPrototypeOf(value), name));
}

/**
 * A definition has a wrong option (`definition.invalid`) or another one's name (`definition.duplicate_name`). Or a module
 * of definitions is not found (`definition.module_not_found`), cannot be loaded (`.module_failed`) or exports no
 * definition (`.none_exported`).
 */
export class DefinitionError extends CisternError {
  override readonly name = 'DefinitionError';
}

/** The deployment's settings are missing (`settings.missing`) or wrong (`settings.invalid`). */
export class SettingsError extends CisternError {
  override readonly name = 'SettingsError';
}

/** No definition of that name is deployed (`batch.unknown`). */
export class UnknownBatchError extends CisternError {
  override readonly name = 'UnknownBatchError';

  constructor(batch: string, known: readonly string[]) {
    const names = known.length === 0 ? 'none is defined' : `there are: ${known.join(', ')}`;
    const given = cut(batch, 100);
    super(ERROR_CODES.batchUnknown, `No batch is named ${JSON.stringify(given)}; ${names}.`, {
      details: { batch: given },
    });
  }
}

/** An item was refused, and nothing was stored. `details.index` is the item's place in the bulk. */
export class ItemError extends CisternError {
  override readonly name = 'ItemError';
}

/** A batch takes no items for now. `details.retryAfterMs` says when to try again. */
export class BusyError extends CisternError {
  override readonly name = 'BusyError';
}

/** A job does not exist, or is not in the state that the call needs (`job.*`). */
export class JobError extends CisternError {
  override readonly name = 'JobError';
}

/**
 * A record or message was written by a later version of Cistern, in a form that this version would misread
 * (`store.newer_schema`). It was not changed. `details.met` is its schema version, `details.known` the latest that this
 * version reads, and `details.retryAfterMs` says when to try again.
 */
export class NewerSchemaError extends CisternError {
  override readonly name = 'NewerSchemaError';

  constructor(kind: string, met: number, known: number) {
    super(
      ERROR_CODES.newerSchema,
      `A ${kind} of schema version ${met} was met and left alone; this Cistern knows up to ${known}. Finish deploying the later version, or do not roll back below it: docs/upgrading.md.`,
      { details: { kind, met, known, retryAfterMs: 5_000 } },
    );
  }
}

/** A request is malformed (`request.*`), over HTTP or by direct invocation. */
export class RequestError extends CisternError {
  override readonly name = 'RequestError';
}
