import type { BatchStatus } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { DRAIN_MINUTES } from '../model/drain-minutes.ts';
import { count, counted } from '../model/format.ts';
import type { Question, QuestionField } from '../parts/question.ts';

const FORCE: QuestionField = {
  kind: 'check',
  name: 'force',
  label: 'Flush although it is paused',
  hint: 'What is flushed is parked until the batch resumes.',
};

/** Flush everything that a batch has buffered. */
export const flushQuestion = ({ batch, buffers, paused, options }: BatchStatus): Question => ({
  title: options.grouped ? 'Flush all groups now?' : 'Flush now?',
  subject: batch,
  lines: [
    options.grouped
      ? `${counted(buffers.items, 'item')} in ${counted(buffers.open, 'group')} become jobs at once, however few there are in each.`
      : `${counted(buffers.items, 'item')} ${buffers.items === 1 ? 'becomes' : 'become'} a job at once.`,
  ],
  ...(paused && { fields: [FORCE] }),
  confirm: 'Flush',
  run: answers => flush(batch, { force: answers.get('force') === true }),
});

/** Flush one group's buffer. */
export const flushGroupQuestion = (
  { batch, paused }: BatchStatus,
  group: string | undefined,
  items: number | undefined,
): Question => ({
  title: group === undefined ? 'Flush this buffer now?' : 'Flush this group now?',
  subject: group ?? batch,
  lines: [
    items === undefined
      ? 'What is buffered becomes a job at once.'
      : `${counted(items, 'item')} become${items === 1 ? 's' : ''} a job at once.`,
  ],
  ...(paused && { fields: [FORCE] }),
  confirm: 'Flush',
  run: answers =>
    flush(batch, { ...(group !== undefined && { group }), force: answers.get('force') === true }),
});

async function flush(batch: string, { group, force }: { readonly group?: string; readonly force: boolean }) {
  const { jobs } = await call('POST /v1/batches/{batch}/flush', {
    batch,
    ...(group !== undefined && { group }),
    ...(force && { force }),
  });
  const items = jobs.reduce((sum, job) => sum + job.items, 0);
  return jobs.length === 0
    ? 'There was nothing to flush.'
    : `Flushed at most ${counted(items, 'item')} as ${counted(jobs.length, 'job')}.`;
}

export const pauseQuestion = ({ batch, jobs }: BatchStatus): Question => ({
  title: 'Pause this batch?',
  subject: batch,
  lines: [
    'Nothing more of it is flushed or run until it resumes. Items still gather, and nothing expires.',
    ...(jobs.active > 0 ? [`${counted(jobs.active, 'active job')} will end first.`] : []),
  ],
  fields: [
    {
      kind: 'check',
      name: 'ingestion',
      label: 'Refuse new items too',
      hint: 'Producers get a 503 that tells them when to try again.',
    },
  ],
  confirm: 'Pause',
  run: async answers => {
    const ingestion = answers.get('ingestion') === true;
    await call('POST /v1/batches/{batch}/pause', { batch, ...(ingestion && { ingestion }) });
    return ingestion ? `Paused ${batch}; it refuses new items.` : `Paused ${batch}.`;
  },
});

export const resumeQuestion = ({ batch, buffers, jobs, draining }: BatchStatus): Question => ({
  title: draining ? 'Stop draining and resume?' : 'Resume this batch?',
  subject: batch,
  lines: [
    `Due and full buffers flush at once: ${counted(buffers.items, 'item')} are buffered.`,
    ...(jobs.parked > 0 ? [`${counted(jobs.parked, 'parked job')} will run.`] : []),
  ],
  confirm: 'Resume',
  run: async () => {
    const { flushed, unparked } = await call('POST /v1/batches/{batch}/resume', { batch });
    return `Resumed ${batch}: ${counted(flushed, 'buffer')} flushed, ${counted(unparked, 'parked job')} sent.`;
  },
});

export const drainQuestion = ({ batch, buffers }: BatchStatus): Question => ({
  title: 'Drain this batch?',
  subject: batch,
  lines: [
    `Everything buffered is flushed (${counted(buffers.items, 'item')}), and every job of the batch ends. Then it stays paused.`,
    'Items added meanwhile stay buffered.',
  ],
  fields: [
    {
      kind: 'number',
      name: 'minutes',
      label: 'Give up after (minutes)',
      value: DRAIN_MINUTES,
      min: 1,
      max: 1_440,
    },
  ],
  confirm: 'Drain',
  run: async answers => {
    const timeoutMs = Number(answers.get('minutes')) * 60_000;
    await call('POST /v1/batches/{batch}/drain', { batch, timeoutMs });
    return `Draining ${batch}.`;
  },
});

export const redriveAllQuestion = ({ batch, jobs }: BatchStatus): Question => ({
  title: 'Redrive all failed and dead jobs?',
  subject: batch,
  lines: [
    `${count(jobs.failed + jobs.dead)}${jobs.capped ? ' or more' : ''} jobs run again from their first attempt, with the items that are not done.`,
  ],
  confirm: 'Redrive all',
  run: async () => {
    const { redriven } = await call('POST /v1/batches/{batch}/redrive', { batch });
    return redriven === 0 ? 'There was nothing to redrive.' : `Redrove ${counted(redriven, 'job')}.`;
  },
});
