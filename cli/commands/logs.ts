import type { Command } from 'commander';
import type { JobLog } from '../api/api-types.ts';
import { askAboutJob } from '../jobs/ask-about-job.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { examples } from '../output/examples.ts';
import { type Column, table } from '../output/table.ts';
import { whenInTable } from '../output/time.ts';
import type { View } from '../output/view.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

export function logsCommand(program: Command, session: Session): void {
  program
    .command('logs')
    .summary('a job’s lines of the log')
    .description(
      'Shows the lines of the log about a job. The local stack has those of its latest 1,000 jobs. Of a deployment it shows where CloudWatch Logs has them, with a query for Logs Insights.',
    )
    .argument('<id>', 'the job, by its id or the beginning of it')
    .addHelpText('after', examples('cistern logs 0192d3a4', 'cistern logs 0192d3a4 --stack shop'))
    .action(async (given: string, _options: object, command: Command) => {
      const api = await session.api(command);
      const job = await wholeJobId(api, given);
      const log = await askAboutJob(api, job, () => api.call('GET /v1/jobs/{job}/log', { job }));
      await session.output(command).answer(log, shown);
    });
}

function shown({ lines, cloudwatch }: JobLog, view: View): string {
  if (lines !== undefined)
    return lines.length === 0 ? 'Nothing was logged.\n' : table(columns(view), lines, view);
  if (cloudwatch === undefined)
    return 'Its batch is not deployed, so that it is not known where its log is.\n';
  const { logGroup, query, from, to, url } = cloudwatch;
  return visible(`Log group ${logGroup}, from ${from} to ${to}. In CloudWatch Logs Insights:`)
    .concat('\n\n')
    .concat(
      query
        .split('\n')
        .map(line => `  ${visible(line)}\n`)
        .join(''),
    )
    .concat(url === undefined ? '' : `\nOpen it: ${visible(url)}\n`);
}

const columns = (view: View): readonly Column<NonNullable<JobLog['lines']>[number]>[] => [
  { title: 'WHEN', cell: ({ at }) => whenInTable(at, view) },
  {
    title: 'LEVEL',
    cell: ({ level }) => ({ text: level, style: level === 'error' ? 'red' : undefined }),
  },
  {
    title: '#',
    align: 'right',
    cell: ({ attempt }) => (attempt === undefined ? '' : `${attempt}`),
    optional: true,
  },
  { title: 'MESSAGE', cell: ({ message }) => message, elastic: true },
  { title: 'DATA', cell: ({ data = '' }) => inShort(data), elastic: true, optional: true },
];

/** Writes an error as its name, its message and the first line of its stack. `--json` has all of it. */
function inShort(data: string): string {
  try {
    const { name, message, stack } = JSON.parse(data) as Readonly<Record<string, unknown>>;
    if (typeof stack !== 'string') return data;
    const [place = ''] = /^\s+at .*$/m.exec(stack) ?? [];
    return `${name}: ${message} ${place.trim()}`.trim();
  } catch {
    // it is cut off, or no object
    return data;
  }
}
