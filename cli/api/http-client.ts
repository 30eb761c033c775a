import type { Connection } from '../connect/connection.ts';
import { codeOf, messageOf } from '../errors/error-facts.ts';
import { ApiError, CLI_CODES, CommandError, InterruptedError, UnreachableError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { problemOf } from './problem-of.ts';
import { retryDelay } from './retry-delay.ts';

/** How long to wait for an answer. API Gateway gives up after 30 s; the local stack may need longer for a large flush. */
const ANSWER_WITHIN_MS = 60_000;
/** How long to repeat a request while the API asks to wait, if the command has no option for it. */
const RETRY_FOR_MS = 10_000;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The body as JSON text. */
  readonly body?: string;
  /** How long to repeat the request while the API asks to wait, in milliseconds. Default 10,000. */
  readonly retryForMs?: number;
  /** Called before each wait. */
  readonly onWait?: (ms: number, error: ApiError) => void;
  /** Whether Ctrl-C waits for the answer. Items that were sent may be stored, and only the answer says so. */
  readonly isUninterruptible?: boolean;
}

/** Sends requests and reads answers. It throws for any other answer. */
export class HttpClient {
  readonly #connection: Connection;
  readonly #io: Io;

  constructor(connection: Connection, io: Io) {
    this.#connection = connection;
    this.#io = io;
  }

  /**
   * @throws ApiError for an answer that is a problem; UnreachableError; InterruptedError
   */
  async request<T>(method: 'GET' | 'POST', path: string, options: RequestOptions = {}): Promise<T> {
    const { retryForMs = RETRY_FOR_MS, onWait } = options;
    const { now, sleep, interrupted } = this.#io;
    const until = now() + retryForMs;
    for (let attempt = 0; ; attempt += 1) {
      const { response, text } = await this.#send(method, path, options);
      const { status } = response;
      if (status >= 200 && status < 300) return parse<T>(text, this.#connection.url);
      const problem = problemOf(status, text);
      const wait = retryDelay({ status, retryAfter: response.headers.get('retry-after'), problem }, attempt);
      const error = new ApiError(status, problem, { askedToWait: wait !== undefined });
      if (wait === undefined || now() + wait > until) throw error;
      onWait?.(wait, error);
      await sleep(wait);
      if (interrupted.aborted) throw new InterruptedError(interrupted.reason);
    }
  }

  async #send(
    method: string,
    path: string,
    { query = {}, body, isUninterruptible = false }: RequestOptions,
  ): Promise<{ response: Response; text: string }> {
    const { interrupted } = this.#io;
    const { url: base, fetch, hint } = this.#connection;
    const url = base + path + toQuery(query);
    const tooLong = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      const response = await fetch(
        new Request(url, {
          method,
          redirect: 'manual',
          signal: isUninterruptible ? tooLong : AbortSignal.any([interrupted, tooLong]),
          ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
        }),
      );
      return { response, text: await response.text() };
    } catch (cause) {
      if (cause instanceof CommandError) throw cause;
      const mayHaveArrived = method !== 'GET' && !wasNeverSent(cause);
      if (interrupted.aborted && !isUninterruptible) {
        throw new InterruptedError(interrupted.reason, mayHaveArrived ? SENT_BEFORE_INTERRUPTION : undefined);
      }
      if (tooLong.aborted) {
        const message = `${base} gave no answer in ${ANSWER_WITHIN_MS / 1_000} s.`;
        throw new UnreachableError(message, { mayHaveArrived, cause });
      }
      const message = `${base} cannot be reached (${reasonOf(cause)}). ${hint}`;
      throw new UnreachableError(message, { mayHaveArrived, cause });
    }
  }
}

/** Writes spaces as %20. URLSearchParams writes `+`, which the signature and the API read differently. */
function toQuery(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given
    .map(([key, value], at) => `${at === 0 ? '?' : '&'}${key}=${encodeURIComponent(value)}`)
    .join('');
}

const SENT_BEFORE_INTERRUPTION = 'Interrupted; the request had been sent, and may have been obeyed.';

/** Failures before the connection was open, so that the request cannot have arrived. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

function wasNeverSent(error: unknown): boolean {
  const code = codeOf(causeOf(error));
  return code !== undefined && (BEFORE_SENDING.has(code) || code === CONNECT_TIMEOUT || /CERT/.test(code));
}

/** Returns the cause of a failed fetch. Its own message is only `fetch failed`. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error;

const reasonOf = (error: unknown): string => codeOf(causeOf(error)) ?? messageOf(causeOf(error));

function parse<T>(text: string, url: string): T {
  try {
    // the answer is not checked: the API keeps its contract, and the output tolerates missing fields
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CommandError(
      CLI_CODES.answerNotUnderstood,
      EXIT.failed,
      `What answers at ${url} does not speak JSON; is that a Cistern?`,
      { cause },
    );
  }
}
