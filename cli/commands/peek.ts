import type { Command } from 'commander';
import type { PageOptions } from '../api/api-client.ts';
import type { PeekPage } from '../api/api-types.ts';
import { type ListOptions, withPages } from '../api/paged.ts';
import { examples } from '../output/examples.ts';
import { showList } from '../output/list.ts';
import { count, number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import type { Column } from '../output/table.ts';
import { duration, whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

interface PeekOptions extends ListOptions {
  readonly group?: string;
}

type Row = PeekPage['items'][number] & Pick<PeekPage, 'job' | 'deadline'>;

export function peekCommand(program: Command, session: Session): void {
  const command = program
    .command('peek')
    .summary('what is buffered and not yet flushed')
    .description(
      'Shows the items that a batch has buffered and not yet flushed: their slot, size and age, and when they are flushed at the latest. It changes nothing. Items that are shown may be flushed meanwhile. A batch with groups wants --group.',
    )
    .argument('<batch>', 'the batch')
    .option('--group <group>', 'the group to look at')
    .addHelpText(
      'after',
      examples(
        'cistern peek clicks',
        'cistern peek clicks --group example.com --limit 10',
        'cistern peek clicks --all --json | jq -c .item',
      ),
    );
  withPages(command, 'items').action(async (batch: string, options: PeekOptions, self: Command) => {
    const { group, ...pages } = options;
    const api = await session.api(self);
    const output = session.output(self);
    let unsettled = 0;
    let first: string | undefined;
    const load = async (page: PageOptions) => {
      const answer = await api.call('GET /v1/batches/{batch}/peek', { batch, group, ...page });
      unsettled += answer.unsettled;
      if (answer.items.length > 0) first ??= answer.job;
      return answer;
    };
    const list = { load, rows, columns: columns(output.view), none: 'Nothing is buffered.' };
    await showList(list, pages, output);
    if (unsettled > 0) {
      await output.note(
        `${count(unsettled, 'slot')} without an item so far, left out: its add is under way.`,
      );
    }
    if (first !== undefined) {
      await output.note(
        `JOB is the job that these items become at the flush. Until then only its whole id finds it: ${first}.`,
      );
    }
  });
}

const rows = ({ items, job, deadline }: PeekPage): Row[] =>
  items.map(item => ({
    ...item,
    ...(job !== undefined && { job }),
    ...(deadline !== undefined && { deadline }),
  }));

const columns = (view: View): readonly Column<Row>[] => [
  { title: 'JOB', expendable: 2, cell: ({ job = '' }) => shortId(job) },
  { title: 'SLOT', align: 'right', cell: ({ slot }) => number(slot) },
  { title: 'BYTES', align: 'right', cell: ({ bytes }) => number(bytes) },
  {
    title: 'AGE',
    align: 'right',
    optional: true,
    cell: ({ ageMs }) => (ageMs === undefined ? '' : duration(ageMs)),
  },
  {
    title: 'DEADLINE',
    expendable: 1,
    optional: true,
    cell: ({ deadline }) => (deadline === undefined ? '' : whenInTable(deadline, view)),
  },
  { title: 'ITEM', cell: ({ item }) => JSON.stringify(item), elastic: true },
];
