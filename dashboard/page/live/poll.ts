import { ApiProblem } from '../api/api-problem.ts';

/** An API that takes long is asked less: all its askers together shall take up but a part of its time. */
const REST_PER_ANSWER = 4;

/** Lost connections are tried again after so many times the interval, at most. */
const MOST_PATIENCE = 5;

export interface Poll {
  /** Asks now, whatever the interval. */
  now(): void;
  stop(): void;
}

/**
 * Asks again and again, each time so long after the last answer: a slow API is not asked more than it can answer.
 * Stops while the tab is hidden.
 */
export function poll<T>({
  ask,
  everyMs,
  answered,
  failed,
}: {
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** Asked after each answer. */
  readonly everyMs: () => number;
  readonly answered: (answer: T) => void;
  readonly failed: (problem: ApiProblem) => void;
}): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let failures = 0;

  const now = async () => {
    clearTimeout(timer);
    running?.abort();
    if (document.hidden) return;
    const mine = new AbortController();
    running = mine;
    const began = performance.now();
    try {
      const answer = await ask(mine.signal);
      if (mine.signal.aborted) return;
      failures = 0;
      answered(answer);
    } catch (error) {
      if (mine.signal.aborted) return;
      failures += 1;
      failed(error instanceof ApiProblem ? error : new ApiProblem(0, 'unknown', String(error)));
    }
    const rest = failures === 0 ? REST_PER_ANSWER * (performance.now() - began) : 0;
    timer = setTimeout(now, Math.max(rest, everyMs() * Math.min(MOST_PATIENCE, Math.max(1, failures))));
  };
  const seen = () => {
    if (!document.hidden) void now();
  };
  document.addEventListener('visibilitychange', seen);
  void now();
  return {
    now: () => void now(),
    stop: () => {
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(timer);
      running?.abort();
    },
  };
}
