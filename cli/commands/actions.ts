import type { Command } from 'commander';
import type { PageOptions } from '../api/api-client.ts';
import type { ActionsPage } from '../api/api-types.ts';
import { type ListOptions, withPages } from '../api/paged.ts';
import { askedText, resultText } from '../output/action-text.ts';
import { examples } from '../output/examples.ts';
import { showList } from '../output/list.ts';
import { shortId } from '../output/short-id.ts';
import type { Column } from '../output/table.ts';
import { whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

export function actionsCommand(program: Command, session: Session): void {
  const command = program
    .command('actions')
    .summary('what operators have done, the latest first')
    .description(
      'Shows flushes, pauses, resumes, drains, redrives and purges of the last 90 days: who did them, when, from where, and what came of them.',
    )
    .argument('[batch]', 'the batch (default: all)')
    .addHelpText('after', examples('cistern actions', 'cistern actions clicks --all --json'));
  withPages(command, 'actions').action(
    async (batch: string | undefined, options: ListOptions, self: Command) => {
      const api = await session.api(self);
      const list = {
        load: (page: PageOptions) =>
          api.call('GET /v1/actions', { ...(batch !== undefined && { batch }), ...page }),
        rows: ({ actions }: ActionsPage) => actions,
        columns: columns(session.output(self).view),
        none: 'Nothing was done.',
      };
      await showList(list, options, session.output(self));
    },
  );
}

const columns = (view: View): readonly Column<ActionsPage['actions'][number]>[] => [
  { title: 'WHEN', cell: ({ at }) => whenInTable(at, view) },
  { title: 'ACTION', cell: ({ action }) => action },
  { title: 'BATCH', cell: ({ batch }) => batch, elastic: true },
  { title: 'JOB', cell: ({ job }) => (job === undefined ? '' : shortId(job)), optional: true, expendable: 2 },
  { title: 'BY', cell: ({ by = '' }) => by, elastic: true, optional: true },
  { title: 'FROM', cell: ({ from = '' }) => from, optional: true, expendable: 4 },
  {
    title: 'ASKED',
    cell: ({ asked = '{}' }) => askedText(asked),
    elastic: true,
    optional: true,
    expendable: 1,
  },
  {
    title: 'RESULT',
    cell: ({ result = '{}' }) => resultText(result),
    elastic: true,
    optional: true,
    expendable: 3,
  },
];
