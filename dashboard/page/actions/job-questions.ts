import type { JobInfo, JobStatus } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import type { Question } from '../parts/question.ts';

export const canRedrive = (status: JobStatus): boolean => status === 'failed' || status === 'dead';
export const canPurge = (status: JobStatus): boolean => canRedrive(status) || status === 'completed';

export const redriveQuestion = ({ id, counts }: JobInfo): Question => ({
  title: 'Redrive this job?',
  subject: id,
  lines: [
    counts.left === undefined
      ? 'It runs again from its first attempt, with the items that are not done.'
      : `It runs again from its first attempt, with ${counted(counts.left, 'item')}.`,
  ],
  confirm: 'Redrive',
  run: async () => {
    await call('POST /v1/jobs/{job}/redrive', { job: id });
    return 'The job runs again.';
  },
});

export const purgeQuestion = ({ id, batch }: JobInfo): Question => ({
  title: 'Purge this job?',
  subject: id,
  lines: ['Its record, its items and its result are removed. This cannot be undone.'],
  confirm: 'Purge',
  danger: true,
  run: async () => {
    await call('POST /v1/jobs/{job}/purge', { job: id });
    location.hash = toHash({ view: 'batch', batch });
    return 'The job is gone.';
  },
});
