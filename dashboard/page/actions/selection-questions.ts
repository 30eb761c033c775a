import type { JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { counted } from '../model/format.ts';
import type { Question } from '../parts/question.ts';
import { canPurge, canRedrive } from './job-questions.ts';
import { oneByOne } from './one-by-one.ts';

/** Redrive those of the selected jobs that have failed. */
export function redriveSelectedQuestion(jobs: readonly JobInfo[]): Question {
  const ids = jobs.filter(({ status }) => canRedrive(status)).map(({ id }) => id);
  return {
    title: `Redrive ${counted(ids.length, 'job')}?`,
    lines: ['They run again from their first attempt, with the items that are not done.'],
    confirm: 'Redrive',
    run: async () => {
      void oneByOne('Redriving jobs', ids, job => call('POST /v1/jobs/{job}/redrive', { job }));
      return `Redriving ${counted(ids.length, 'job')}.`;
    },
  };
}

/** Purge those of the selected jobs that have ended. */
export function purgeSelectedQuestion(jobs: readonly JobInfo[]): Question {
  const ids = jobs.filter(({ status }) => canPurge(status)).map(({ id }) => id);
  return {
    title: `Purge ${counted(ids.length, 'job')}?`,
    lines: ['Their records, their items and their results are removed. This cannot be undone.'],
    confirm: 'Purge',
    danger: true,
    run: async () => {
      void oneByOne('Purging jobs', ids, job => call('POST /v1/jobs/{job}/purge', { job }));
      return `Purging ${counted(ids.length, 'job')}.`;
    },
  };
}
