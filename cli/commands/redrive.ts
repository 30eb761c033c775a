import { type Command, Option } from 'commander';
import { UsageError } from '../errors/errors.ts';
import { confirm } from '../input/confirm.ts';
import { type SomeOptions, toFilter } from '../jobs/act-on-some.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { FILTERS, runOnSome, withFilters } from '../jobs/run-on-some.ts';
import { examples } from '../output/examples.ts';
import { count } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

interface RedriveOptions extends SomeOptions {
  readonly status?: 'dead' | 'failed';
  readonly all?: string;
  readonly yes?: boolean;
}

export function redriveCommand(program: Command, session: Session): void {
  const command = program
    .command('redrive')
    .summary('run a dead or failed job again, or all of a batch')
    .description(
      'Runs a dead or failed job again, with the items of it that are not done and with all its attempts. --all runs every dead and failed job of a batch again, or those that --status, --group, --error, --says, --since and --until choose. It wants a confirmation.',
    )
    .argument('[id]', 'the job, by its id or the beginning of it')
    .option('--all <batch>', 'every dead and failed job of this batch')
    .addOption(
      new Option('--status <status>', 'with --all: jobs of this status').choices(['dead', 'failed']),
    );
  withFilters(command)
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
      const { all, yes = false, status, ...some } = options;
      if ((given === undefined) === (all === undefined)) {
        throw new UsageError('Give the id of one job, or --all with the name of a batch.');
      }
      const isFiltered = FILTERS.some(name => options[name] !== undefined);
      const { io } = session;
      const api = await session.api(command);
      const output = session.output(command);
      if (given !== undefined) {
        if (isFiltered) throw new UsageError(`--${FILTERS.join(', --')} go with --all.`);
        const job = await api.call('POST /v1/jobs/{job}/redrive', { job: await wholeJobId(api, given) });
        await output.answer(job, ({ id }) => `Job ${visible(id)} runs again.\n`);
      } else if (all !== undefined && isFiltered) {
        const statuses = status === undefined ? (['dead', 'failed'] as const) : [status];
        await runOnSome(session, command, {
          ...{ api, yes, word: 'redriven', jobs: { batch: all, statuses, filter: toFilter(some, io.now()) } },
          says: jobs => saysRedriven(all, jobs),
          act: async (of, page) => {
            const status = of as 'dead' | 'failed';
            const answer = await api.call('POST /v1/batches/{batch}/redrive', {
              batch: all,
              status,
              ...page,
            });
            return { ...answer, done: answer.redriven };
          },
        });
      } else if (all !== undefined) {
        await confirm(`Every dead and failed job of ${all} is run again.`, { yes, io });
        await output.answer(
          await api.call('POST /v1/batches/{batch}/redrive', { batch: all }),
          ({ redriven }) => `${visible(saysRedriven(all, redriven))}\n`,
        );
      }
    });
}

const saysRedriven = (batch: string, jobs: number): string =>
  `${count(jobs, 'job')} of ${batch} ${jobs === 1 ? 'runs' : 'run'} again.`;
