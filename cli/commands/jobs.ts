import type { Command } from 'commander';
import type { PageOptions } from '../api/api-client.ts';
import { JOB_STATUSES, type JobInfo, type JobsPage } from '../api/api-types.ts';
import { type ListOptions, withPages } from '../api/paged.ts';
import { parseSince, type Since, toIso } from '../input/since.ts';
import { examples } from '../output/examples.ts';
import { groupName } from '../output/group-name.ts';
import { jobStatus } from '../output/job-status.ts';
import { showList } from '../output/list.ts';
import { number } from '../output/number.ts';
import { shortId } from '../output/short-id.ts';
import type { Column } from '../output/table.ts';
import { relative, whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import type { Session } from '../session.ts';

interface JobsOptions extends ListOptions {
  readonly status?: string;
  readonly group?: string;
  readonly reason?: string;
  readonly tag?: string;
  readonly error?: string;
  readonly says?: string;
  readonly id?: string;
  readonly since?: Since;
  readonly until?: Since;
}

export function jobsCommand(program: Command, session: Session): void {
  const command = program
    .command('jobs')
    .summary('a batch’s jobs, the newest first')
    .description(
      'Shows a batch’s jobs, the newest first: how each is, and what comes next or what went wrong.',
    )
    .argument('<batch>', 'the batch')
    .option(
      '--status <status>',
      `those that are ${JOB_STATUSES.slice(0, -1).join(', ')} or ${JOB_STATUSES.at(-1)}`,
    )
    .option('--group <group>', 'those of one group')
    .option('--reason <reason>', 'those flushed for this reason: size, time, manual …')
    .option('--tag <tag>', 'those with this tag')
    .option('--error <text>', 'those whose error, or an item’s error, contains this text')
    .option('--says <text>', 'those of one row of `cistern errors`, as it shows the error')
    .option('--id <text>', 'those whose id contains this text')
    .option('--since <time>', 'those that ended since then: 30m, 2h, 7d, or a date', parseSince)
    .option('--until <time>', 'those that ended until then', parseSince)
    .addHelpText(
      'after',
      examples(
        'cistern jobs clicks',
        'cistern jobs clicks --status dead --group example.com',
        'cistern jobs clicks --error ECONNREFUSED --since 2h',
        'cistern jobs clicks --status dead --all --json | jq -r .id',
      ),
    );
  withPages(command, 'jobs').action(async (batch: string, options: JobsOptions, self: Command) => {
    const { limit, cursor, all, since, until, ...texts } = options;
    const page = {
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
      all: all ?? false,
    };
    const api = await session.api(self);
    const now = session.io.now();
    const filter = {
      ...texts,
      ...(since !== undefined && { since: toIso(since, now) }),
      ...(until !== undefined && { until: toIso(until, now) }),
    };
    const list = {
      load: (page: PageOptions) => api.call('GET /v1/batches/{batch}/jobs', { batch, ...filter, ...page }),
      rows: ({ jobs }: JobsPage) => jobs,
      columns: columns(session.output(self).view),
      none: 'There are no such jobs.',
    };
    await showList(list, page, session.output(self));
  });
}

const columns = (view: View): readonly Column<JobInfo>[] => [
  { title: 'JOB', cell: ({ id }) => shortId(id) },
  { title: 'STATUS', cell: ({ status }) => jobStatus(status) },
  { title: 'GROUP', cell: ({ group }) => groupName(group), elastic: true, optional: true },
  {
    title: 'ITEMS',
    align: 'right',
    cell: ({ counts: { items, slots } }) => (items === undefined ? `≤${number(slots)}` : number(items)),
  },
  { title: 'BY', expendable: 3, cell: ({ flushReason }) => flushReason },
  { title: 'CREATED', expendable: 1, cell: ({ createdAt }) => whenInTable(createdAt, view) },
  { title: 'TRIES', align: 'right', expendable: 2, cell: tries },
  { title: 'NOW', cell: job => news(job, view.now), elastic: true, optional: true },
];

const tries = ({ attempt, maxAttempts }: JobInfo): string =>
  maxAttempts === undefined ? `${attempt}` : `${attempt}/${maxAttempts}`;

/** Says when the next attempt begins, how far the job is, when it was completed, or why it failed. */
function news({ status, progress, nextAttemptAt, finishedAt, error }: JobInfo, now: number): string {
  const wrong = error === undefined ? '' : `${error.name}: ${error.message}`;
  if (status === 'retrying' && nextAttemptAt !== undefined) {
    return [`again ${relative(nextAttemptAt, now)}`, ...(wrong === '' ? [] : [wrong])].join('; ');
  }
  if (status === 'active' && progress !== undefined) {
    return `${Math.floor(progress.percent)}%${progress.label === undefined ? '' : ` ${progress.label}`}`;
  }
  if (status === 'completed' && finishedAt !== undefined) return relative(finishedAt, now);
  return wrong;
}
