import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
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
      'Finds items by their dedup key: in the windows of a group that are not yet jobs, in the batch that is remembered for the key, and in the group’s latest 200 jobs, of those among the batch’s latest 2,000. --cursor looks at older jobs.',
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
        const statuses = output.isJson ? new Map<string, string>() : await statusesOf(api, found);
        await output.answer(found, (answer, view) => shown(answer, statuses, view));
        if (found.cursor !== undefined)
          await output.note(`There are older jobs: --cursor '${found.cursor}'.`);
      },
    );
}

type Place = FoundItem['places'][number];

/** Jobs whose status is asked for. An item is seldom in more. */
const MOST = 10;

/** Asks for the status of the jobs that have the item. A job that has just been purged has none. */
async function statusesOf(
  api: Pick<ApiClient, 'call'>,
  { places }: FoundItem,
): Promise<ReadonlyMap<string, string>> {
  const flushed = places.filter(({ buffered }) => !buffered).slice(0, MOST);
  const statuses = flushed.map(async ({ job }) => {
    const answer = await api.call('GET /v1/jobs/{job}', { job }).catch(() => undefined);
    return [job, answer?.status ?? 'flushed'] as const;
  });
  return new Map(await Promise.all(statuses));
}

function shown({ places, looked }: FoundItem, statuses: ReadonlyMap<string, string>, view: View): string {
  if (places.length === 0) {
    return `No item with this key was found: it is not buffered, and not in the ${count(looked, 'job that was', 'jobs that were')} looked at.\n`;
  }
  return table(columns(statuses), places, view);
}

const columns = (statuses: ReadonlyMap<string, string>): readonly Column<Place>[] => [
  // commands find a job that is not flushed yet by its whole id alone
  { title: 'JOB', cell: ({ job, buffered }) => (buffered ? job : shortId(job)) },
  { title: 'SLOT', align: 'right', cell: ({ slot }) => number(slot) },
  {
    title: 'STATUS',
    cell: ({ job, buffered }) => (buffered ? 'buffered' : (statuses.get(job) ?? 'flushed')),
  },
];
