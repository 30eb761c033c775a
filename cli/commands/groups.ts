import type { Command } from 'commander';
import type { PageOptions } from '../api/api-client.ts';
import type { GroupStatus, GroupsPage } from '../api/api-types.ts';
import { type ListOptions, withPages } from '../api/paged.ts';
import { bar } from '../output/bar.ts';
import { examples } from '../output/examples.ts';
import { groupName } from '../output/group-name.ts';
import { showList } from '../output/list.ts';
import { number } from '../output/number.ts';
import type { Column } from '../output/table.ts';
import { whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

export function groupsCommand(program: Command, session: Session): void {
  const command = program
    .command('groups')
    .summary('a batch’s open buffers, the fullest first')
    .description(
      'Shows a batch’s open buffers, one for each group that has items waiting: how full they are, and when they are flushed at the latest. Of each page the fullest come first.',
    )
    .argument('<batch>', 'the batch')
    .addHelpText(
      'after',
      examples('cistern groups clicks', 'cistern groups clicks --all --json | jq -r .group | sort'),
    );
  withPages(command, 'groups').action(async (batch: string, options: ListOptions, self: Command) => {
    const api = await session.api(self);
    const list = {
      load: (page: PageOptions) => api.call('GET /v1/batches/{batch}/groups', { batch, ...page }),
      rows: ({ groups }: GroupsPage) =>
        session.output(self).isJson ? groups : [...groups].sort((a, b) => fill(b) - fill(a)),
      columns: columns(session.output(self).view),
      none: 'Nothing is buffered.',
    };
    await showList(list, options, session.output(self));
  });
}

const BAR_COLUMNS = 10;

const fill = ({ items, maxSize }: GroupStatus): number => items / maxSize;

const columns = (view: View): readonly Column<GroupStatus>[] => [
  { title: 'GROUP', cell: ({ group }) => groupName(group), elastic: true, optional: true },
  { title: 'ITEMS', align: 'right', cell: ({ items, maxSize }) => `${number(items)}/${number(maxSize)}` },
  { title: 'FILL', expendable: 2, cell: group => ({ text: bar(fill(group), BAR_COLUMNS), style: 'cyan' }) },
  { title: 'OPENED', expendable: 1, cell: ({ openedAt }) => whenInTable(openedAt, view) },
  { title: 'DEADLINE', cell: ({ deadline }) => whenInTable(deadline, view) },
];
