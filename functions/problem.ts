import * as ERROR_CODES from '#lib/error-codes';
import { CisternError, type ErrorCode } from '#lib/errors';
import { cut } from '#lib/text/cut';

/** A problem by RFC 9457, with Cistern's stable code. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: ProblemStatus;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

export type ProblemStatus = keyof typeof TITLES;

export const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** The statuses of errors that a caller can act on. All other errors are internal failures. */
const STATUSES: Partial<Record<ErrorCode, ProblemStatus>> = {
  [ERROR_CODES.requestMalformed]: 400,
  [ERROR_CODES.bulkInvalid]: 400,
  [ERROR_CODES.batchUnknown]: 404,
  [ERROR_CODES.requestNotFound]: 404,
  [ERROR_CODES.jobUnknown]: 404,
  [ERROR_CODES.notDraining]: 404,
  [ERROR_CODES.jobAmbiguous]: 409,
  [ERROR_CODES.paused]: 409,
  [ERROR_CODES.jobNotEnded]: 409,
  [ERROR_CODES.jobNotRedrivable]: 409,
  [ERROR_CODES.jobOnDeadPending]: 409,
  [ERROR_CODES.requestTooLarge]: 413,
  [ERROR_CODES.itemTooLarge]: 413,
  [ERROR_CODES.requestMediaType]: 415,
  [ERROR_CODES.requestNumberChanged]: 422,
  [ERROR_CODES.itemRefused]: 422,
  [ERROR_CODES.itemNotJson]: 422,
  [ERROR_CODES.groupKeyInvalid]: 422,
  [ERROR_CODES.dedupKeyInvalid]: 422,
  [ERROR_CODES.limitsInvalid]: 422,
  [ERROR_CODES.urgentInvalid]: 422,
  [ERROR_CODES.tooManyPending]: 429,
  [ERROR_CODES.ingestionPaused]: 503,
  [ERROR_CODES.addIncomplete]: 503,
  [ERROR_CODES.closed]: 503,
  [ERROR_CODES.notSent]: 503,
  [ERROR_CODES.queueUnreachable]: 503,
  [ERROR_CODES.newerSchema]: 503,
  [ERROR_CODES.storeThrottled]: 503,
};

/** Returns the HTTP status for an error's code. */
export const statusOf = (code: ErrorCode): ProblemStatus => STATUSES[code] ?? 500;

/** Returns the seconds after which to try again, if the problem says it in milliseconds. */
export const retryAfterSeconds = ({ retryAfterMs }: Problem): number | undefined =>
  typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1_000)) : undefined;

/**
 * How many characters a text in a problem may have. Messages and details quote input, and Lambda's answers have at most
 * 6 MB. A character may take 7 bytes, since it is escaped, and escaped again if the problem is a body.
 */
const TEXT_LENGTH = 5_000;

/** Makes the problem of an error for the caller. Of an error that is not Cistern's own it shows no text. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof CisternError)) {
    return {
      type: 'about:blank',
      title: TITLES[500],
      status: 500,
      code: ERROR_CODES.internal,
      detail: 'Something went wrong here; the log says what.',
    };
  }
  const status = statusOf(error.code);
  // an error's details may have a `status` too: the problem's is that of HTTP
  const { status: jobStatus, ...given } = error.details;
  const details = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === 'string' ? cut(value, TEXT_LENGTH) : value,
  ]);
  return {
    ...Object.fromEntries(details),
    ...(jobStatus !== undefined && { jobStatus }),
    type: 'about:blank',
    title: TITLES[status],
    status,
    code: error.code,
    detail: cut(error.message, TEXT_LENGTH),
  };
}
