import type { Command } from 'commander';
import type { ErrorsAnswer } from '../api/api-types.ts';
import { parseSince, type Since, toIso } from '../input/since.ts';
import { examples } from '../output/examples.ts';
import { count, number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import { type Column, table } from '../output/table.ts';
import { whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

interface ErrorsOptions {
  readonly group?: string;
  readonly since?: Since;
}

export function errorsCommand(program: Command, session: Session): void {
  program
    .command('errors')
    .summary('what goes wrong in a batch')
    .description(
      'Shows the errors of a batch’s failed, dead and retrying jobs, those together that say the same but for numbers and ids. It looks at the latest 500 such jobs.',
    )
    .argument('<batch>', 'the batch')
    .option('--group <group>', 'jobs of one group')
    .option('--since <time>', 'jobs that ended since then: 30m, 2h, 7d, or a date', parseSince)
    .addHelpText(
      'after',
      examples(
        'cistern errors clicks',
        'cistern errors clicks --since 2h --json',
        "cistern redrive --all clicks --says 'Error: order … has no customer'",
      ),
    )
    .action(async (batch: string, { group, since }: ErrorsOptions, command: Command) => {
      const api = await session.api(command);
      const filter = {
        ...(group !== undefined && { group }),
        ...(since !== undefined && { since: toIso(since, session.io.now()) }),
      };
      const answer = await api.call('GET /v1/batches/{batch}/errors', { batch, ...filter });
      await session.output(command).answer(answer, shown);
    });
}

function shown({ errors, jobs, partial }: ErrorsAnswer, view: View): string {
  if (errors.length === 0) return 'No job was found that is failed, dead or retrying.\n';
  const sum = `${count(jobs, 'job')} with errors ${jobs === 1 ? 'was' : 'were'} looked at${partial ? '; there are more' : ''}.\n`;
  return table(columns(view), errors, view) + sum;
}

const columns = (view: View): readonly Column<ErrorsAnswer['errors'][number]>[] => [
  { title: 'JOBS', align: 'right', cell: ({ jobs }) => number(jobs) },
  { title: 'ITEMS', align: 'right', expendable: 2, cell: ({ items }) => number(items) },
  { title: 'FIRST SEEN', expendable: 3, cell: ({ firstAt }) => whenInTable(firstAt, view) },
  { title: 'LAST SEEN', cell: ({ lastAt }) => whenInTable(lastAt, view) },
  { title: 'LATEST JOB', expendable: 1, cell: ({ latest: [id = ''] }) => shortId(id) },
  { title: 'ERROR', cell: ({ name, message }) => `${name}: ${message}`, elastic: true },
];
