import { useEffect, useState } from 'preact/hooks';
import type { JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { connected } from '../live/connection.ts';
import { poll } from '../live/poll.ts';
import { onRefresh } from '../live/refresh.ts';

const EVERY_MS = 5_000;
/** Jobs of each status that are read: the latest ones. */
const MOST = 500;
const STATUSES = ['dead', 'failed', 'retrying'] as const;

export interface Failures {
  readonly jobs: readonly JobInfo[];
  /** There are more than were read. */
  readonly partial: boolean;
}

/** The latest jobs of a batch that have failed or are about to be tried again. */
export function useFailures(batch: string): { readonly data?: Failures; readonly problem?: string } {
  const [state, setState] = useState<{ batch?: string; data?: Failures; problem?: string }>({});
  useEffect(() => {
    const polling = poll<Failures>({
      ask: signal => read(batch, signal),
      everyMs: () => EVERY_MS,
      answered: data => {
        connected();
        setState({ batch, data });
      },
      failed: problem => setState(before => ({ ...before, batch, problem: problem.message })),
    });
    const quiet = onRefresh(polling.now);
    return () => {
      quiet();
      polling.stop();
    };
  }, [batch]);
  return state.batch === batch ? state : {};
}

async function read(batch: string, signal: AbortSignal): Promise<Failures> {
  const pages = await Promise.all(
    STATUSES.map(status => call('GET /v1/batches/{batch}/jobs', { batch, status, limit: MOST }, signal)),
  );
  // a job that moves on between two answers is in both
  const jobs = new Map(pages.flatMap(page => page.jobs).map(job => [job.id, job]));
  return { jobs: [...jobs.values()], partial: pages.some(({ cursor }) => cursor !== undefined) };
}
