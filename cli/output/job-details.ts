import type { JobInfo, JobWithItems } from '../api/api-types.ts';
import { bar } from './bar.ts';
import { fields } from './fields.ts';
import { jobStatus } from './job-status.ts';
import { count, number } from './number.ts';
import { type Cell, type Column, table } from './table.ts';
import { duration, when, whenInTable } from './time.ts';
import type { View } from './view.ts';
import { toJsonLine, visible } from './visible.ts';

const BAR_COLUMNS = 20;

/** Writes all facts about a job. */
export function jobDetails(job: JobWithItems, view: View): string {
  const at = (iso: string | undefined) => (iso === undefined ? undefined : when(iso, view.now));
  const facts: readonly (readonly [string, Cell | undefined])[] = [
    ['status', jobStatus(job.status)],
    ['batch', job.batch],
    ['group', job.group === undefined ? undefined : toJsonLine(job.group)],
    ['items', items(job.counts)],
    ['flushed by', job.flushReason],
    ['first item', at(job.createdAt)],
    ['deadline', at(job.deadline)],
    ['flushed', at(job.sealedAt)],
    ['last attempt', at(job.startedAt)],
    ['finished', at(job.finishedAt)],
    ['next attempt', at(job.nextAttemptAt)],
    ['locked until', at(job.lockedUntil)],
    ['attempts', `${job.attempt}${job.maxAttempts === undefined ? '' : ` of ${job.maxAttempts}`}`],
    ['redriven', job.redrives > 0 ? count(job.redrives, 'time') : undefined],
    ['progress', progress(job, view.now)],
    ['error', job.error && { text: `${job.error.name}: ${job.error.message}`, style: 'red' }],
    ['result', job.result === undefined ? undefined : toJsonLine(job.result)],
    ['result', job.resultCut && `${number(job.resultCut.bytes)} bytes: ${job.resultCut.preview}…`],
    ['item errors', errorsLeftOut(job)],
    ['tags', job.tags.length > 0 ? job.tags.join(', ') : undefined],
    ['hook errors', job.hookErrors > 0 ? { text: number(job.hookErrors), style: 'yellow' } : undefined],
  ];
  const parts = [`${view.style('bold', visible(job.id))}\n${fields(facts, view)}`];
  if (job.attempts.length > 0) parts.push(`Attempts\n${table(attemptColumns(view), job.attempts, view)}`);
  if (job.items) parts.push(`Items\n${table(ITEM_COLUMNS, job.items, view)}`, ...stacks(job.items));
  return parts.join('\n');
}

const errorsLeftOut = ({ itemErrorsLeftOut: items }: JobInfo): string | undefined =>
  items === undefined ? undefined : `of ${count(items, 'item')} not kept: there were too many`;

function items({ slots, items: all, done, left }: JobInfo['counts']): string {
  const settled = done === undefined ? '' : `, ${number(done)} done`;
  const open = left === undefined ? '' : `, ${number(left)} left`;
  return all === undefined ? `at most ${number(slots)}` : `${number(all)}${settled}${open}`;
}

function progress({ progress: made }: JobInfo, now: number): string | undefined {
  if (made === undefined) return undefined;
  const { percent, label, at } = made;
  const words = [`${Math.floor(percent)}%`, ...(label === undefined ? [] : [label]), when(at, now)];
  return `${bar(percent / 100, BAR_COLUMNS)} ${words.join('  ')}`;
}

const attemptColumns = (view: View): readonly Column<JobInfo['attempts'][number]>[] => [
  { title: '#', align: 'right', cell: ({ attempt }) => `${attempt}` },
  {
    title: 'STARTED',
    expendable: 1,
    cell: ({ startedAt }) => (startedAt === undefined ? '' : whenInTable(startedAt, view)),
  },
  {
    title: 'TOOK',
    align: 'right',
    cell: ({ startedAt, finishedAt }) =>
      startedAt === undefined || finishedAt === undefined
        ? ''
        : duration(Date.parse(finishedAt) - Date.parse(startedAt)),
  },
  { title: 'OUTCOME', cell: ({ outcome }) => outcomeCell(outcome) },
  {
    title: 'ERROR',
    cell: ({ error }) => (error === undefined ? '' : `${error.name}: ${error.message}`),
    elastic: true,
    optional: true,
  },
];

const outcomeCell = (outcome: string): Cell => ({
  text: outcome,
  style: outcome === 'succeeded' ? 'green' : 'red',
});

const ITEM_COLUMNS: readonly Column<NonNullable<JobWithItems['items']>[number]>[] = [
  { title: '#', align: 'right', cell: ({ index }) => number(index) },
  { title: 'STATE', cell: ({ state }) => ({ text: state, style: state === 'dead' ? 'red' : undefined }) },
  { title: 'ITEM', cell: ({ item }) => toJsonLine(item), elastic: true },
  {
    title: 'ERROR',
    cell: ({ error }) => (error === undefined ? '' : `${error.name}: ${error.message}`),
    elastic: true,
    optional: true,
  },
];

/** The stacks of the items' errors, each once, with the first item that has it. */
function stacks(items: NonNullable<JobWithItems['items']>): string[] {
  const first = new Map<string, string>();
  for (const { index, error } of items) {
    if (error?.stack === undefined || first.has(error.stack)) continue;
    const all = error.stack.split('\n');
    const theirs = all.filter(frame => !OWN_FRAME.test(frame));
    const frames = (theirs.length > 0 ? theirs : all).map(frame => `  ${visible(frame)}\n`);
    first.set(error.stack, `Stack of item ${number(index)}\n${frames.slice(0, FRAMES).join('')}`);
  }
  return [...first.values()].slice(0, STACKS);
}

/** A frame of this package: it called the handler, and says nothing about it. A deployed bundle has no such paths. */
const OWN_FRAME = /[/\\]cistern[/\\]dist[/\\]/;
/** Stacks of a job, and frames of each, that are shown; --json has all. */
const STACKS = 3;
const FRAMES = 8;
