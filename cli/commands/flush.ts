import type { Command } from 'commander';
import type { FlushAnswer } from '../api/api-types.ts';
import { examples } from '../output/examples.ts';
import { groupName } from '../output/group-name.ts';
import { count, number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import { type Column, table } from '../output/table.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

interface FlushOptions {
  readonly group?: string;
  readonly force?: true;
}

export function flushCommand(program: Command, session: Session): void {
  program
    .command('flush')
    .summary('send off what is buffered')
    .description(
      'Sends off what is buffered without waiting for more, and shows the jobs that this makes: all that the batch has, or one group. A paused batch refuses it unless forced.',
    )
    .argument('<batch>', 'the batch')
    .option('--group <group>', 'only this group’s items')
    .option('--force', 'also while the batch is paused')
    .addHelpText(
      'after',
      examples(
        'cistern flush clicks',
        'cistern flush clicks --group example.com',
        'cistern flush clicks --force',
      ),
    )
    .action(async (batch: string, { group, force }: FlushOptions, command: Command) => {
      const api = await session.api(command);
      const body = { ...(group !== undefined && { group }), ...(force && { force }) };
      await session
        .output(command)
        .answer(await api.call('POST /v1/batches/{batch}/flush', { batch, ...body }), flushed);
    });
}

function flushed({ jobs }: FlushAnswer, view: View): string {
  if (jobs.length === 0) return 'Nothing was buffered.\n';
  // these are slots: a duplicate that is dropped at the flush had one too
  const items = jobs.reduce((sum, job) => sum + job.items, 0);
  return `${table(COLUMNS, jobs, view)}Flushed at most ${count(items, 'item')} in ${count(jobs.length, 'job')}.\n`;
}

const COLUMNS: readonly Column<FlushAnswer['jobs'][number]>[] = [
  { title: 'JOB', cell: ({ job }) => shortId(job) },
  { title: 'GROUP', cell: ({ group }) => groupName(group), elastic: true, optional: true },
  { title: 'ITEMS', align: 'right', cell: ({ items }) => `≤${number(items)}` },
];
