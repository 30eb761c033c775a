import type { Connection } from '../connect/connection.ts';
import { codeOf, messageOf } from '../errors/error-facts.ts';
import { ApiError, CLI_CODES, CommandError, InterruptedError, UnreachableError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { problemOf } from './problem-of.ts';
import { retryDelay } from './retry-delay.ts';

/** API Gateway gives up after 30 s; the local stack may take longer over a large flush. */
const ANSWER_WITHIN_MS = 60_000;
/** How long a request that was told to come later is repeated, where the command has no option for it. */
const RETRY_FOR_MS = 10_000;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** JSON, already written. */
  readonly body?: string;
  /** How long to repeat it while the API says to come later, in milliseconds. Default 10,000. */
  readonly retryForMs?: number;
  /** Is told of each wait. */
  readonly onWait?: (ms: number, error: ApiError) => void;
  /** Ctrl-C waits for the answer: what has been sent may be stored, and only the answer says so. */
  readonly isUninterruptible?: boolean;
}

/** Sends requests and reads answers; what is not the answer asked for it throws. */
export class HttpClient {
  readonly #connection: Connection;
  readonly #io: Io;

  constructor(connection: Connection, io: Io) {
    this.#connection = connection;
    this.#io = io;
  }

  /**
   * @throws ApiError what the API answered instead; UnreachableError; InterruptedError
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

/** Spaces as %20: as `+`, which URLSearchParams writes, they are signed as one thing and read as another. */
function toQuery(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given
    .map(([key, value], at) => `${at === 0 ? '?' : '&'}${key}=${encodeURIComponent(value)}`)
    .join('');
}

const SENT_BEFORE_INTERRUPTION = 'Interrupted; the request had been sent, and may have been obeyed.';

/** Failures before a connection stood, so that nothing can have arrived. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

function wasNeverSent(error: unknown): boolean {
  const code = codeOf(causeOf(error));
  return code !== undefined && (BEFORE_SENDING.has(code) || code === CONNECT_TIMEOUT || /CERT/.test(code));
}

/** fetch says `fetch failed`, and its cause says why. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error;

const reasonOf = (error: unknown): string => codeOf(causeOf(error)) ?? messageOf(causeOf(error));

function parse<T>(text: string, url: string): T {
  try {
    // it is the API's to keep to its contract, and what is shown of an answer takes none for granted
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
