import type { BatchStatus } from '../api/api-types.ts';
import { controlState } from './control-state.ts';
import { alarm } from './job-status.ts';
import { number } from './number.ts';
import { type Column, table } from './table.ts';
import { duration } from './time.ts';
import type { View } from './view.ts';

/** Writes a table with a line for each batch. */
export function batchesTable({ batches }: { readonly batches: readonly BatchStatus[] }, view: View): string {
  if (batches.length === 0) return 'No batch is defined.\n';
  return table(columns(view.now), batches, view);
}

const columns = (now: number): readonly Column<BatchStatus>[] => [
  { title: 'BATCH', cell: ({ batch }) => batch, elastic: true },
  { title: 'STATE', cell: controlState, elastic: true },
  {
    title: 'BUFFERED',
    align: 'right',
    cell: ({ buffers: { items, capped } }) => counted(items, capped),
  },
  {
    title: 'BUFFERS',
    align: 'right',
    expendable: 6,
    cell: ({ buffers: { open, capped } }) => counted(open, capped),
  },
  {
    title: 'OLDEST',
    align: 'right',
    expendable: 3,
    cell: ({ buffers: { oldestItemAt } }) =>
      oldestItemAt === undefined ? '' : duration(Math.max(0, now - Date.parse(oldestItemAt))),
  },
  numbers('WAITING', 2, ({ jobs }) => jobs.waiting),
  numbers('ACTIVE', 1, ({ jobs }) => jobs.active),
  numbers('RETRYING', 4, ({ jobs }) => jobs.retrying),
  numbers('PARKED', 5, ({ jobs }) => jobs.parked),
  {
    title: 'COMPLETED',
    align: 'right',
    expendable: 7,
    cell: ({ jobs }) => counted(jobs.completed, jobs.capped),
  },
  {
    title: 'FAILED',
    align: 'right',
    cell: ({ jobs }) => alarm(jobs.failed, counted(jobs.failed, jobs.capped)),
  },
  { title: 'DEAD', align: 'right', cell: ({ jobs }) => alarm(jobs.dead, counted(jobs.dead, jobs.capped)) },
];

const numbers = (
  title: string,
  expendable: number,
  of: (row: BatchStatus) => number,
): Column<BatchStatus> => ({
  title,
  align: 'right',
  expendable,
  cell: row => number(of(row)),
});

/** Writes a count, with a plus if it is a lower bound. */
const counted = (value: number, capped: true | undefined): string =>
  `${number(value)}${capped && value > 0 ? '+' : ''}`;
