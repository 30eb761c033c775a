import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import { InterruptedError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { confirm } from '../input/confirm.ts';
import { parseSince } from '../input/since.ts';
import { count } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';
import { type ActOnPage, actOnSome, countJobs, type SomeJobs, type SomeOptions } from './act-on-some.ts';

export const FILTERS = ['status', 'group', 'error', 'says', 'since', 'until'] as const satisfies readonly (
  | keyof SomeOptions
  | 'status'
)[];

/** Adds the options that choose some jobs of a batch. */
export const withFilters = (command: Command): Command =>
  command
    .option('--group <group>', 'with --all: jobs of one group')
    .option('--error <text>', 'with --all: jobs whose error, or that of an item, contains this text')
    .option('--says <text>', 'with --all: jobs of one row of `cistern errors`, as it shows the error')
    .option(
      '--since <time>',
      'with --all: jobs that ended since then (2h, 7d, 2026-03-01T09:30Z)',
      parseSince,
    )
    .option('--until <time>', 'with --all: jobs that ended until then', parseSince);

interface Run {
  readonly api: ApiClient;
  readonly jobs: SomeJobs;
  readonly yes: boolean;
  /** What is done to the jobs: `redriven`. Of the answer, it is the name of the number of jobs. */
  readonly word: 'redriven' | 'purged';
  /** Says what will happen: `12 jobs of clicks run again.` */
  readonly says: (jobs: number) => string;
  readonly act: ActOnPage;
}

/** Counts the jobs that are meant, asks, acts on them page by page, and says what became of them. */
export async function runOnSome(
  session: Session,
  command: Command,
  { api, jobs: meant, yes, word, says, act }: Run,
): Promise<void> {
  const { io } = session;
  const output = session.output(command);
  const jobs = await countJobs(api, meant);
  if (jobs.jobs > 0) await confirm(says(jobs.jobs), { yes, io });
  const { result, failure } = await actOnSome({ io, progress: output.progress(), word }, jobs, act);
  const { done, refused, left } = result;
  await output.answer({ [word]: done, refused, left }, () => {
    if (done + refused.length + left === 0)
      return `No job of ${visible(meant.batch)} matches; nothing was done.\n`;
    const lines = refused.map(
      ({ job, code, message }) => `${shortId(job)} was refused [${code}]: ${message}`,
    );
    return [...lines, says(done)].map(line => `${visible(line)}\n`).join('');
  });
  if (failure !== undefined) throw failure;
  if (io.interrupted.aborted && left > 0) {
    throw new InterruptedError(io.interrupted.reason, `Interrupted; ${count(left, 'job')} not ${word}.`);
  }
  if (refused.length > 0) session.exitCode = EXIT.refused;
}
