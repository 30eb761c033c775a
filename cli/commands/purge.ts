import { type Command, Option } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import { UsageError } from '../errors/errors.ts';
import { confirm } from '../input/confirm.ts';
import { type EndedStatus, type SomeOptions, toFilter } from '../jobs/act-on-some.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { FILTERS, runOnSome, withFilters } from '../jobs/run-on-some.ts';
import { examples } from '../output/examples.ts';
import { count } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

interface PurgeOptions extends SomeOptions {
  readonly status?: EndedStatus;
  readonly all?: string;
  readonly yes?: boolean;
}

export function purgeCommand(program: Command, session: Session): void {
  const command = program
    .command('purge')
    .summary('forget a finished job and its items, or those of a batch')
    .description(
      'Forgets a finished job with its items, for good. --all with --status forgets all jobs of a batch that have this status, or those that --group, --error, --says, --since and --until choose. It wants a confirmation.',
    )
    .argument('[id]', 'the job, by its id or the beginning of it')
    .option('--all <batch>', 'all jobs of this batch that have the status')
    .addOption(
      new Option('--status <status>', 'with --all: jobs of this status; it has to be said').choices([
        'dead',
        'failed',
        'completed',
      ]),
    );
  withFilters(command)
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'cistern purge 0192d3a4',
        'cistern purge --all clicks --status dead --error "no such table"',
        'cistern purge --all clicks --status completed --until 7d --yes',
      ),
    )
    .action(async (given: string | undefined, options: PurgeOptions, command: Command) => {
      const { all, status, yes = false, ...some } = options;
      if ((given === undefined) === (all === undefined)) {
        throw new UsageError('Give the id of one job, or --all with the name of a batch.');
      }
      const { io } = session;
      if (given !== undefined) {
        if (FILTERS.some(name => options[name] !== undefined)) {
          throw new UsageError(`--${FILTERS.join(', --')} go with --all.`);
        }
        const api = await session.api(command);
        const id = await wholeJobId(api, given);
        await confirm(() => whatIsLost(api, id), { yes, io });
        await session
          .output(command)
          .answer(
            await api.call('POST /v1/jobs/{job}/purge', { job: id }),
            ({ purged }) => `Job ${visible(purged)} is gone.\n`,
          );
      } else if (all !== undefined) {
        if (status === undefined) {
          throw new UsageError('--all wants --status dead, failed or completed: what is purged is gone.');
        }
        const api = await session.api(command);
        await runOnSome(session, command, {
          ...{ api, yes, word: 'purged' },
          jobs: { batch: all, statuses: [status], filter: toFilter(some, io.now()) },
          says: jobs => saysPurged({ batch: all, status, jobs }),
          act: async (of, page) => {
            const answer = await api.call('POST /v1/batches/{batch}/purge', {
              batch: all,
              status: of,
              ...page,
            });
            return { ...answer, done: answer.purged };
          },
        });
      }
    });
}

const saysPurged = (of: { readonly batch: string; readonly status: string; readonly jobs: number }): string =>
  `${count(of.jobs, `${of.status} job`)} of ${of.batch} ${of.jobs === 1 ? 'is' : 'are'} gone for good.`;

/** Makes a question that describes the job, since an id is easily mistyped. */
async function whatIsLost(api: ApiClient, id: string): Promise<string> {
  const { batch, group, status, counts } = await api.call('GET /v1/jobs/{job}', { job: id });
  const of = group === undefined ? batch : `${batch}, group ${JSON.stringify(group)}`;
  const items = count(counts.items ?? counts.slots, 'item');
  return `Job ${id} of ${of} is ${status}; it and its ${items} will be gone for good.`;
}
