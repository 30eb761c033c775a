import type * as ERROR_CODES from '#lib/error-codes';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** The stable codes of the command line's own errors. The API's problems have their own codes. Messages may change. */
export const CLI_CODES = {
  usage: 'cli.usage',
  notConfirmed: 'cli.not_confirmed',
  unreachable: 'cli.unreachable',
  stackUnusable: 'cli.stack_unusable',
  answerNotUnderstood: 'cli.answer_not_understood',
  timedOut: 'cli.timed_out',
  interrupted: 'cli.interrupted',
  tooManyRefused: 'cli.too_many_refused',
  jobNotFound: 'cli.job_not_found',
  jobAmbiguous: 'cli.job_ambiguous',
  jobNotFlushed: 'cli.job_not_flushed',
  csvInvalid: 'cli.csv_invalid',
  portTaken: 'cli.port_taken',
  fileUnreadable: 'cli.file_unreadable',
  fileUnwritable: 'cli.file_unwritable',
  internal: 'cli.internal',
} as const;

type CliCode = (typeof CLI_CODES)[keyof typeof CLI_CODES] | typeof ERROR_CODES.definitionModuleNotFound;

/** A problem as the API answers it (RFC 9457). `--json` shows all errors in this form. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status?: number;
  readonly code: string;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

/** The base class of the errors that end a command. */
export abstract class CliError extends Error {
  abstract readonly exitCode: ExitCode;
  abstract readonly problem: Problem;
}

/** An error that the command line itself has found. */
export class CommandError extends CliError {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly problem: Problem;

  constructor(code: CliCode, exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.problem = { type: 'about:blank', title: TITLES[exitCode], code, detail: message };
  }
}

/** The command line is wrong. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(CLI_CODES.usage, EXIT.usage, message);
  }
}

/** The deployment did not answer. */
export class UnreachableError extends CommandError {
  /** Whether the request may have been done: it was sent, and only the answer is missing. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, { mayHaveArrived, cause }: { mayHaveArrived: boolean; cause: unknown }) {
    const doubt = mayHaveArrived ? ' The request may have arrived, and been obeyed.' : '';
    super(CLI_CODES.unreachable, EXIT.unreachable, `${message}${doubt}`, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Ctrl-C or SIGTERM has ended the command. */
export class InterruptedError extends CommandError {
  constructor(signal: unknown, message = 'Interrupted.') {
    super(CLI_CODES.interrupted, signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted, message);
  }
}

/** The API has answered with a problem. */
export class ApiError extends CliError {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem;
  readonly exitCode: ExitCode;
  /** Whether the API has refused the request before it did any of it. */
  readonly nothingDone: boolean;

  constructor(status: number, problem: Problem, { askedToWait = false } = {}) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
    this.nothingDone = askedToWait || status < 500;
    // an answer that asks to wait is no refusal: a script may try again
    if (askedToWait) this.exitCode = EXIT.timedOut;
    else this.exitCode = status < 500 ? EXIT.refused : EXIT.failed;
  }
}

const TITLES: Record<ExitCode, string> = {
  [EXIT.ok]: 'Done',
  [EXIT.failed]: 'Failed',
  [EXIT.usage]: 'Wrong Usage',
  [EXIT.unreachable]: 'Not Reachable',
  [EXIT.refused]: 'Refused',
  [EXIT.timedOut]: 'Timed Out',
  [EXIT.interrupted]: 'Interrupted',
  [EXIT.terminated]: 'Interrupted',
};
