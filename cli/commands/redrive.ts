import { type Command, Option } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import { InterruptedError, UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { confirm } from '../input/confirm.ts';
import { parseSince } from '../input/since.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { jobsToRedrive, type RedriveFilter, type Redriven, redriveEach } from '../jobs/redrive-some.ts';
import { examples } from '../output/examples.ts';
import { count, number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

interface RedriveOptions extends RedriveFilter {
  readonly all?: string;
  readonly yes?: boolean;
}

const FILTERS = ['status', 'group', 'error', 'since'] as const satisfies (keyof RedriveFilter)[];

export function redriveCommand(program: Command, session: Session): void {
  program
    .command('redrive')
    .summary('run a dead or failed job again, or all of a batch')
    .description(
      'Runs a dead or failed job again, with the items of it that are not done and with all its attempts. --all runs every dead and failed job of a batch again, or those that --status, --group, --error and --since choose. It wants a confirmation.',
    )
    .argument('[id]', 'the job, by its id or the beginning of it')
    .option('--all <batch>', 'every dead and failed job of this batch')
    .addOption(new Option('--status <status>', 'with --all: jobs of this status').choices(['dead', 'failed']))
    .option('--group <group>', 'with --all: jobs of one group')
    .option('--error <text>', 'with --all: jobs whose error contains this text')
    .option(
      '--since <time>',
      'with --all: jobs that ended since then (2h, 7d, 2026-03-01T09:30Z)',
      parseSince,
    )
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'cistern redrive 0192d3a4',
        'cistern redrive --all clicks',
        'cistern redrive --all clicks --status dead --error ECONNREFUSED --since 2h',
      ),
    )
    .action(async (given: string | undefined, options: RedriveOptions, command: Command) => {
      const { all, yes = false, ...filter } = options;
      if ((given === undefined) === (all === undefined)) {
        throw new UsageError('Give the id of one job, or --all with the name of a batch.');
      }
      const isFiltered = FILTERS.some(name => filter[name] !== undefined);
      const api = await session.api(command);
      const output = session.output(command);
      if (given !== undefined) {
        if (isFiltered) throw new UsageError('--status, --group, --error and --since go with --all.');
        const job = await api.call('POST /v1/jobs/{job}/redrive', { job: await wholeJobId(api, given) });
        await output.answer(job, ({ id }) => `Job ${visible(id)} runs again.\n`);
      } else if (all !== undefined && isFiltered) {
        await redriveSome(session, { api, batch: all, filter, yes }, command);
      } else if (all !== undefined) {
        await confirm(`Every dead and failed job of ${all} is run again.`, { yes, io: session.io });
        await output.answer(
          await api.call('POST /v1/batches/{batch}/redrive', { batch: all }),
          ({ redriven }) =>
            `${count(redriven, 'job of', 'jobs of')} ${visible(all)} ${runAgain(redriven)}.\n`,
        );
      }
    });
}

interface Some {
  readonly api: ApiClient;
  readonly batch: string;
  readonly filter: RedriveFilter;
  readonly yes: boolean;
}

async function redriveSome(session: Session, { api, batch, filter, yes }: Some, command: Command) {
  const { io } = session;
  const output = session.output(command);
  const jobs = await jobsToRedrive(api, batch, filter, io.now());
  if (jobs.length > 0)
    await confirm(`${count(jobs.length, 'job')} of ${batch} ${runAgain(jobs.length)}.`, { yes, io });
  const { result, failure } = await redriveEach({ api, io, progress: output.progress() }, jobs);
  await output.answer(result, () => report(batch, result));
  if (failure !== undefined) throw failure;
  if (result.left > 0) {
    throw new InterruptedError(
      io.interrupted.reason,
      `Interrupted; ${count(result.left, 'job')} not redriven.`,
    );
  }
  if (result.refused.length > 0) session.exitCode = EXIT.refused;
}

function report(batch: string, { redriven, refused, left }: Redriven): string {
  if (redriven + refused.length + left === 0) return `No job of ${visible(batch)} is meant.\n`;
  const lines = refused.map(({ id, code, detail }) => `${shortId(id)} was refused [${code}]: ${detail}`);
  const done = `${number(redriven)} ${redriven === 1 ? 'job' : 'jobs'} of ${batch} ${runAgain(redriven)}.`;
  return [...lines, done].map(line => `${visible(line)}\n`).join('');
}

const runAgain = (jobs: number): string => `${jobs === 1 ? 'runs' : 'run'} again`;
