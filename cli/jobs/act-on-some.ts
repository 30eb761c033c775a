import type { ApiClient } from '../api/api-client.ts';
import { allPages } from '../api/paged.ts';
import { type Since, toIso } from '../input/since.ts';
import type { Io } from '../io.ts';
import { count } from '../output/number.ts';
import type { Progress } from '../output/progress.ts';

/** Jobs of one request: few, so that Ctrl-C is heeded soon. */
const PAGE = 25;

export type EndedStatus = 'completed' | 'failed' | 'dead';

/** Which of a batch's ended jobs a command is about, as its options say it. */
export interface SomeOptions {
  readonly group?: string;
  /** A text in the job's error or in that of one of its items, in upper or lower case. */
  readonly error?: string;
  /** A group of errors, as `cistern errors` shows it. */
  readonly says?: string;
  readonly since?: Since;
  readonly until?: Since;
}

/** The same as the API takes it. */
export interface SomeFilter {
  readonly group?: string;
  readonly error?: string;
  readonly says?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface SomeJobs {
  readonly batch: string;
  readonly statuses: readonly EndedStatus[];
  readonly filter: SomeFilter;
}

/** Jobs that were found. */
export interface Counted extends SomeJobs {
  readonly jobs: number;
}

/** What became of them. */
export interface ActedOnSome {
  readonly done: number;
  /** The jobs that the API has refused to act on. */
  readonly refused: readonly Refused[];
  /** How many jobs were left, since the command was interrupted or the API failed. */
  readonly left: number;
}

interface Refused {
  readonly job: string;
  readonly code: string;
  readonly message: string;
}

type Page = { readonly done: number; readonly refused?: readonly Refused[]; readonly cursor?: string };
/** Acts on a page of the jobs of one status. */
export type ActOnPage = (
  status: EndedStatus,
  page: SomeFilter & { readonly limit: number; readonly cursor: string | undefined },
) => Promise<Page>;

export const toFilter = ({ group, error, says, since, until }: SomeOptions, now: number): SomeFilter => ({
  ...(group !== undefined && { group }),
  ...(error !== undefined && { error }),
  ...(says !== undefined && { says }),
  ...(since !== undefined && { since: toIso(since, now) }),
  ...(until !== undefined && { until: toIso(until, now) }),
});

/**
 * Counts the jobs that are meant, for a question. What ends after them is not meant: the question was not about it.
 */
export async function countJobs(
  api: Pick<ApiClient, 'call'>,
  { batch, statuses, filter }: SomeJobs,
): Promise<Counted> {
  const ends: number[] = [];
  for (const status of statuses) {
    for await (const page of allPages(
      at => api.call('GET /v1/batches/{batch}/jobs', { batch, status, ...filter, ...at }),
      { limit: '500' },
    )) {
      ends.push(...page.jobs.map(({ finishedAt, sealedAt }) => Date.parse(finishedAt ?? sealedAt)));
    }
  }
  const latest = ends.reduce((last, end) => Math.max(last, end), 0);
  const until = { until: new Date(latest).toISOString() };
  return { batch, statuses, jobs: ends.length, filter: { ...filter, ...(ends.length > 0 && until) } };
}

/**
 * Acts on jobs page by page. Ctrl-C ends it between two pages. Where none was counted, nobody was asked, and it does nothing.
 *
 * @param word what is done to them: `redriven`
 * @returns the result, and the error that ended it early
 */
export async function actOnSome(
  { io, progress, word }: { readonly io: Io; readonly progress: Progress; readonly word: string },
  { statuses, filter, jobs }: Counted,
  act: ActOnPage,
): Promise<{ readonly result: ActedOnSome; readonly failure?: unknown }> {
  const refused: Refused[] = [];
  let done = 0;
  let failure: unknown;
  try {
    for (const status of jobs === 0 ? [] : statuses) {
      let cursor: string | undefined;
      do {
        if (io.interrupted.aborted) break;
        const page = await act(status, { ...filter, limit: PAGE, cursor });
        done += page.done;
        refused.push(...(page.refused ?? []));
        cursor = page.cursor === cursor ? undefined : page.cursor;
        progress.update(done / jobs, `${count(done, 'job')} of ${jobs} ${word}`);
      } while (cursor !== undefined);
    }
  } catch (error) {
    // Ctrl-C during a request: its page may be done or not, and doing it again does no harm
    if (!io.interrupted.aborted) failure = error;
  }
  progress.clear();
  const isWhole = failure === undefined && !io.interrupted.aborted;
  const left = isWhole ? 0 : Math.max(0, jobs - done - refused.length);
  return { result: { done, refused, left }, ...(failure !== undefined && { failure }) };
}
