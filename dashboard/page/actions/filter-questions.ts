import type { BatchStatus, JobStatus } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { refreshAll } from '../live/refresh.ts';
import { runTask } from '../live/task.ts';
import { type ErrorGroup, saidBy } from '../model/error-groups.ts';
import { counted } from '../model/format.ts';
import { type JobFilter, toQuery } from '../model/job-filter.ts';
import type { Question } from '../parts/question.ts';
import { canPurge, canRedrive } from './job-questions.ts';

/** Jobs of one request: few, so that the task can be stopped soon. */
const PAGE = 25;

/** Whether all that match a filter can be redriven: the API takes failed and dead jobs, or both. */
export const canRedriveMatching = ({ status, item }: JobFilter): boolean =>
  item === undefined && (status === undefined || canRedrive(status));

/** Whether all that match can be purged: the API wants one status of jobs that have ended. */
export const canPurgeMatching = ({ status, item }: JobFilter): boolean =>
  item === undefined && status !== undefined && canPurge(status);

export const redriveMatchingQuestion = ({ batch }: BatchStatus, filter: JobFilter): Question => ({
  title: 'Redrive all failed and dead jobs that match?',
  subject: batch,
  lines: [
    'All that match the filter run again, also those on pages that are not shown, with the items that are not done.',
    'It goes on page by page, and can be stopped.',
  ],
  confirm: 'Redrive all',
  run: async () => {
    const { status, ...query } = toQuery(filter);
    void pageByPage('Redriving jobs', async cursor => {
      const page = await call('POST /v1/batches/{batch}/redrive', {
        ...{ batch, ...query, limit: PAGE, cursor },
        ...(status !== undefined && { status: status as 'failed' | 'dead' }),
      });
      return { ...page, done: page.redriven };
    });
    return 'Redriving what matches.';
  },
});

/** Redrive the failed and dead jobs of one group of errors. */
export const redriveGroupQuestion = (batch: string, group: ErrorGroup): Question => ({
  title: `Redrive ${counted(group.ended, 'job')} with this error?`,
  subject: saidBy(group),
  lines: ['They run again from their first attempt, with the items that are not done.'],
  confirm: 'Redrive',
  run: async () => {
    void pageByPage('Redriving jobs', async cursor => {
      const page = await call('POST /v1/batches/{batch}/redrive', {
        ...{ batch, says: saidBy(group), limit: PAGE, cursor },
      });
      return { ...page, done: page.redriven };
    });
    return `Redriving ${counted(group.ended, 'job')}.`;
  },
});

export const purgeMatchingQuestion = (
  { batch }: BatchStatus,
  filter: JobFilter & { readonly status: JobStatus },
): Question => ({
  title: `Purge all ${filter.status} jobs that match?`,
  subject: batch,
  lines: [
    'The records of all that match the filter, their items and their results are removed, also those on pages that are not shown. This cannot be undone.',
  ],
  confirm: 'Purge all',
  danger: true,
  run: async () => {
    const { status, ...query } = toQuery(filter);
    void pageByPage('Purging jobs', async cursor => {
      const page = await call('POST /v1/batches/{batch}/purge', {
        ...{ batch, ...query, limit: PAGE, cursor },
        status: status as 'completed' | 'failed' | 'dead',
      });
      return { ...page, done: page.purged };
    });
    return 'Purging what matches.';
  },
});

interface ActedPage {
  readonly done: number;
  readonly refused?: readonly { readonly message: string }[];
  readonly cursor?: string;
}

function pageByPage(title: string, act: (cursor: string | undefined) => Promise<ActedPage>): Promise<void> {
  return runTask(title, async (report, signal) => {
    let [done, failed] = [0, 0];
    let cursor: string | undefined;
    do {
      const page = await act(cursor);
      done += page.done;
      failed += page.refused?.length ?? 0;
      const problem = page.refused?.at(-1)?.message;
      report({ done, failed, ...(problem !== undefined && { problem }) });
      cursor = page.cursor;
    } while (cursor !== undefined && !signal.aborted);
    refreshAll();
  });
}
