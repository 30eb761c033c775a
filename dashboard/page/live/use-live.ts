import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../api/api-problem.ts';
import type { Answer, ApiRoute } from '../api/contract.ts';
import { send } from '../api/request.ts';
import type { ApiRequest } from '../api/request-to.ts';
import { connected, disconnected } from './connection.ts';
import { poll } from './poll.ts';
import { onRefresh } from './refresh.ts';

const EVERY_MS = 1_000;

/** An answer of the API, kept fresh. */
export interface Live<T> {
  /** The last answer; still there while the connection is lost. */
  readonly data?: T;
  /** What the API said instead; outages are the connection's, and not here. */
  readonly problem?: ApiProblem;
}

/**
 * Asks the API the same each second for as long as this is shown.
 *
 * @param request what to ask for; `undefined` asks for nothing
 * @param everyMs asked after each answer; default 1 s
 */
export function useLive<R extends ApiRoute>(
  request: ApiRequest<R> | undefined,
  everyMs: (data: Answer<R>) => number = () => EVERY_MS,
): Live<Answer<R>> {
  const [state, setState] = useState<Live<Answer<R>> & { readonly path?: string }>({});
  const path = request?.path;
  // a path with its query says all that a GET asks
  const asked = useRef(request);
  asked.current = request;
  const pace = useRef(everyMs);
  pace.current = everyMs;

  useEffect(() => {
    const { current } = asked;
    if (path === undefined || current === undefined) return undefined;
    let last: Answer<R> | undefined;
    const polling = poll<Answer<R>>({
      ask: signal => send(current, signal),
      everyMs: () => (last === undefined ? EVERY_MS : pace.current(last)),
      answered: data => {
        last = data;
        connected();
        setState({ path, data });
      },
      failed: problem => {
        if (problem.isOutage || problem.isTokenRefused) disconnected(problem);
        else {
          connected();
          setState({ path, problem });
        }
      },
    });
    const quiet = onRefresh(polling.now);
    return () => {
      quiet();
      polling.stop();
    };
  }, [path]);

  // what was there for another path is not an answer to this one
  return state.path === path ? state : {};
}
