import { useEffect, useState } from 'preact/hooks';
import type { JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';

/** How far the page is with looking into jobs. */
export interface LookedInto {
  readonly looked: number;
  /** Those with an item that has the text. */
  readonly found: ReadonlySet<string>;
  readonly problem?: string;
}

/**
 * Looks through the items of these jobs for a text, one job after the other, each once.
 *
 * @param text undefined looks for nothing
 */
export function useJobsWith(jobs: readonly JobInfo[], text: string | undefined): LookedInto {
  const [state, setState] = useState<LookedInto>({ looked: 0, found: new Set() });
  const ids = jobs.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (text === undefined) return undefined;
    const leaving = new AbortController();
    void look(ids === '' ? [] : ids.split(' '), text, leaving.signal, setState);
    return () => leaving.abort();
  }, [ids, text]);
  return state;
}

async function look(
  ids: readonly string[],
  text: string,
  signal: AbortSignal,
  tell: (state: LookedInto) => void,
): Promise<void> {
  const found = new Set<string>();
  const wanted = text.toLowerCase();
  for (const [index, job] of ids.entries()) {
    try {
      if (await hasItem(job, wanted, signal)) found.add(job);
    } catch (error) {
      if (signal.aborted) return;
      tell({ looked: index, found, problem: error instanceof Error ? error.message : String(error) });
      return;
    }
    tell({ looked: index + 1, found: new Set(found) });
  }
}

async function hasItem(job: string, text: string, signal: AbortSignal): Promise<boolean> {
  for (let from: number | undefined; ; ) {
    const { items = [], nextItem }: JobInfo = await call(
      'GET /v1/jobs/{job}',
      { job, items: true, from },
      signal,
    );
    if (items.some(({ item }) => JSON.stringify(item).toLowerCase().includes(text))) return true;
    if (nextItem === undefined) return false;
    from = nextItem;
  }
}
