import type { DrainReport } from '../api/api-types.ts';
import { fields } from './fields.ts';
import { alarm } from './job-status.ts';
import { count, number } from './number.ts';
import { duration } from './time.ts';
import type { View } from './view.ts';
import { visible } from './visible.ts';

/** Writes how a drain has ended, or how far it is. */
export function drainReport(report: DrainReport, view: View): string {
  const { flushed, completed, failed, dead, left } = report;
  const facts = fields(
    [
      ['flushed', count(flushed, 'job')],
      ['completed', number(completed)],
      ['failed', alarm(failed, number(failed))],
      ['dead', alarm(dead, number(dead))],
      [
        'left',
        left && {
          text: `${count(left.items, 'item')} buffered; jobs: ${number(left.waiting)} waiting, ${number(left.active)} active, ${number(left.retrying)} retrying, ${number(left.parked)} parked`,
          style: 'yellow',
        },
      ],
    ],
    view,
  );
  return `${headline(report, view.now)}\n${facts}`;
}

function headline({ batch, state, startedAt, finishedAt }: DrainReport, now: number): string {
  const took = duration((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
  const name = visible(batch);
  if (state === 'drained')
    return `${name} was drained in ${took}, and is paused; \`cistern resume ${name}\` lets it go on.`;
  if (state === 'draining') return `${name} is draining, for ${took} so far.`;
  return `${name} could not be drained in ${took}.`;
}
