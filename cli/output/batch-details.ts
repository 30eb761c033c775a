import { type BatchStatus, JOB_STATUSES } from '../api/api-types.ts';
import { sparkline } from './bar.ts';
import { controlState } from './control-state.ts';
import { fields } from './fields.ts';
import { groupName } from './group-name.ts';
import { jobStatus } from './job-status.ts';
import { count, number } from './number.ts';
import { optionValues } from './option-values.ts';
import { shortId } from './short-id.ts';
import { type Cell, type Column, table } from './table.ts';
import { relative, when, whenInTable } from './time.ts';
import type { View } from './view.ts';
import { visible } from './visible.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** Writes all facts about a batch. */
export function batchDetails(status: BatchStatus, view: View): string {
  const { batch, since, buffers, throughput, lastErrors, options } = status;
  const { text, style } = controlState(status);
  const heading = `${view.style('bold', visible(batch))}\n`;
  const facts = fields(
    [
      ['state', { text: since ? `${text} since ${when(since, view.now)}` : text, style }],
      ['buffered', buffered(buffers, view.now)],
      ['jobs', jobs(status.jobs)],
      ['last minute', lastMinute(throughput)],
      ['last hour', lastHour(throughput, view.now)],
      ['options', optionValues(options)],
    ],
    view,
  );
  if (lastErrors.length === 0) return heading + facts;
  return `${heading}${facts}\nLast errors\n${table(errorColumns(view), lastErrors, view)}`;
}

function buffered({ items, open, oldestItemAt, asOf, capped }: BatchStatus['buffers'], now: number): string {
  const what = `${capped ? 'at least ' : ''}${count(items, 'item')} in ${count(open, 'buffer')}`;
  const oldest = oldestItemAt === undefined ? '' : `, the oldest from ${when(oldestItemAt, now)}`;
  const age = relative(asOf, now);
  return `${what}${oldest}${age === 'now' ? '' : `; counted ${age}`}`;
}

const jobs = (counts: BatchStatus['jobs']): string =>
  JOB_STATUSES.map(status => `${status} ${number(counts[status])}`).join(' · ') +
  (counts.capped ? ' (at least so many of those that have ended)' : '');

function lastMinute({ lastMinute: figures }: BatchStatus['throughput']): Cell {
  const { added, flushed, completed, failed, failedAttempts } = figures;
  const attempts = failedAttempts > 0 ? ` · failed attempts ${number(failedAttempts)}` : '';
  return {
    text: `items: ${added === undefined ? '' : `added ${number(added)} · `}flushed ${number(flushed)} · completed ${number(completed)} · failed ${number(failed)}${attempts}`,
    style: failed + failedAttempts > 0 ? 'red' : undefined,
  };
}

/** Draws the last hour. The answer leaves out minutes without jobs; the drawing shows them. */
function lastHour({ minutes, partial }: BatchStatus['throughput'], now: number): string {
  const items = minutes.reduce((sum, each) => sum + each.items, 0);
  const batches = minutes.reduce((sum, each) => sum + each.batches, 0);
  const first = Math.floor(now / MINUTE_MS) - MINUTES + 1;
  const byMinute = Array.from({ length: MINUTES }, () => 0);
  for (const { at, items: inMinute } of minutes) {
    const index = Math.floor(Date.parse(at) / MINUTE_MS) - first;
    if (index >= 0 && index < MINUTES) byMinute[index] = inMinute;
  }
  const picture = items > 0 ? `  ${sparkline(byMinute)}|` : '';
  const bound = partial ? 'at least ' : '';
  return `${bound}${count(items, 'item')} done in ${count(batches, 'batch', 'batches')}${picture}`;
}

const errorColumns = (view: View): readonly Column<BatchStatus['lastErrors'][number]>[] => [
  { title: 'WHEN', cell: ({ at }) => whenInTable(at, view) },
  { title: 'JOB', cell: ({ job }) => shortId(job) },
  { title: 'GROUP', cell: ({ group }) => groupName(group), elastic: true, optional: true, expendable: 1 },
  { title: 'STATUS', cell: ({ status }) => jobStatus(status) },
  { title: 'ERROR', cell: ({ message }) => message, elastic: true },
];
