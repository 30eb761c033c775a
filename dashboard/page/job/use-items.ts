import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../api/api-problem.ts';
import type { JobItem } from '../api/contract.ts';
import { call } from '../api/request.ts';

interface Loaded {
  readonly items?: readonly JobItem[];
  /** Where those that are not loaded begin. */
  readonly next?: number | undefined;
  readonly problem?: string;
}

/**
 * A job's items, page by page.
 *
 * @param version they are asked for anew when it changes
 * @param wanted whether the view is to show them
 */
export function useItems(
  job: string,
  version: string,
  wanted: boolean,
): Omit<Loaded, 'next'> & { readonly more?: () => void } {
  const [loaded, setLoaded] = useState<Loaded>({});
  const [from, setFrom] = useState<number | undefined>(undefined);

  // another version of the job has its first page again
  useEffect(() => setFrom(undefined), [version]);
  // and is asked for anew
  useEffect(() => {
    if (!wanted) return undefined;
    const leaving = new AbortController();
    call('GET /v1/jobs/{job}', { job, items: true, from }, leaving.signal).then(
      ({ items = [], nextItem }) =>
        setLoaded(before => ({
          items: from === undefined ? items : [...(before.items ?? []), ...items],
          next: nextItem,
        })),
      (error: unknown) => {
        if (error instanceof ApiProblem) setLoaded({ problem: error.message });
      },
    );
    return () => leaving.abort();
  }, [job, wanted, version, from]);

  const { next, ...rest } = loaded;
  return { ...rest, ...(next !== undefined && { more: () => setFrom(next) }) };
}
