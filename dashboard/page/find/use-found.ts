import { useEffect, useState } from 'preact/hooks';
import type { GroupStatus, JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { findJobs, mayBeOfId } from './find-jobs.ts';

/** What there is by a text. */
export interface Found {
  readonly batches: readonly string[];
  readonly groups: readonly { readonly batch: string; readonly group: GroupStatus }[];
  readonly jobs: readonly JobInfo[];
  /** Batches whose items have keys. The text may be one; a search for each of them would read many jobs. */
  readonly keyed: readonly string[];
}

/** Open buffers of each batch that are looked through. */
const GROUPS = 500;

/** Looks through all batches for a text, once. */
export function useFound(text: string): { readonly found?: Found; readonly problem?: string } {
  const [state, setState] = useState<{ text?: string; found?: Found; problem?: string }>({});
  useEffect(() => {
    const leaving = new AbortController();
    find(text, leaving.signal).then(
      found => setState({ text, found }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState({ text, problem: String(error) });
      },
    );
    return () => leaving.abort();
  }, [text]);
  return state.text === text ? state : {};
}

async function find(text: string, signal: AbortSignal): Promise<Found> {
  const { batches } = await call('GET /v1/batches', {}, signal);
  const has = (name: string) => name.toLowerCase().includes(text.toLowerCase());
  const [groups, jobs] = await Promise.all([
    Promise.all(
      batches
        .filter(({ options, buffers }) => options.grouped && buffers.open > 0)
        .map(async ({ batch }) => {
          const page = await call('GET /v1/batches/{batch}/groups', { batch, limit: GROUPS }, signal);
          return page.groups
            .filter(({ group }) => group !== undefined && has(group))
            .map(group => ({ batch, group }));
        }),
    ),
    Promise.all(mayBeOfId(text) ? batches.map(({ batch }) => findJobs(batch, text, signal)) : []),
  ]);
  return {
    batches: batches.map(({ batch }) => batch).filter(has),
    groups: groups.flat(),
    jobs: jobs.flat(),
    keyed: batches.filter(({ options }) => options.deduplicated).map(({ batch }) => batch),
  };
}
