import type { Command } from 'commander';
import type { FoundItem } from '../api/api-types.ts';
import { examples } from '../output/examples.ts';
import { count, number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import { type Column, table } from '../output/table.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

export function findCommand(program: Command, session: Session): void {
  program
    .command('find')
    .summary('where an item is, by its dedup key')
    .description(
      'Finds items by their dedup key: in the open windows of a group, in the batch that is remembered for the key, and in the group’s latest 200 jobs. --cursor looks at older jobs.',
    )
    .argument('<batch>', 'the batch')
    .argument('<key>', 'the dedup key')
    .option('--group <group>', 'the group, where the batch has groups')
    .option('--cursor <cursor>', 'go on where a look ended')
    .addHelpText('after', examples('cistern find clicks c1 --group example.com'))
    .action(
      async (
        batch: string,
        key: string,
        options: { readonly group?: string; readonly cursor?: string },
        command: Command,
      ) => {
        const api = await session.api(command);
        const output = session.output(command);
        const found = await api.call('GET /v1/batches/{batch}/find', { batch, key, ...options });
        await output.answer(found, shown);
        if (found.cursor !== undefined)
          await output.note(`There are older jobs: --cursor '${found.cursor}'.`);
      },
    );
}

function shown({ places, looked }: FoundItem, view: View): string {
  if (places.length === 0) return `No such item is buffered, or in ${count(looked, 'job')}.\n`;
  return table(COLUMNS, places, view);
}

const COLUMNS: readonly Column<FoundItem['places'][number]>[] = [
  { title: 'JOB', cell: ({ job }) => shortId(job) },
  { title: 'SLOT', align: 'right', cell: ({ slot }) => number(slot) },
  { title: 'IS', cell: ({ buffered }) => (buffered ? 'buffered' : 'flushed') },
];
