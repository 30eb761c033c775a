import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../api/api-problem.ts';
import { request } from '../api/request.ts';
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
 * Asks the API for a path each second for as long as this is shown.
 *
 * @param path what to ask for; `undefined` asks for nothing
 * @param everyMs asked after each answer; default 1 s
 */
export function useLive<T>(path: string | undefined, everyMs: (data: T) => number = () => EVERY_MS): Live<T> {
  const [state, setState] = useState<Live<T> & { readonly path?: string }>({});
  const pace = useRef(everyMs);
  pace.current = everyMs;

  useEffect(() => {
    if (path === undefined) return undefined;
    let last: T | undefined;
    const polling = poll<T>({
      ask: signal => request<T>({ path, signal }),
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
