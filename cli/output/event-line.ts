import type { JobEvent } from '../tail/job-events.ts';
import { groupName } from './group-name.ts';
import { count, number } from './number.ts';
import { shortId } from './short-id.ts';
import { duration } from './time.ts';
import type { Style, View } from './view.ts';
import { visible } from './visible.ts';

/** Writes an event in a line: `09:30:05  flushed    orders  0192d3a4  at most 100 items (size)`. */
export function eventLine(event: JobEvent, { style }: Pick<View, 'style'>): string {
  const { word, look, text } = said(event);
  const job = 'job' in event ? shortId(event.job) : '';
  const group = 'group' in event && event.group !== undefined ? ` ${groupName(event.group)}` : '';
  const about = [`${event.batch}${group}`, job, text].filter(part => part !== '').map(visible);
  return `${style('dim', clock(event.at))}  ${style(look, word.padEnd(LONGEST))}  ${about.join('  ')}\n`;
}

interface Said {
  readonly word: string;
  readonly look: Style;
  readonly text: string;
}

const LONGEST = 'partly failed'.length;

function said(event: JobEvent): Said {
  switch (event.type) {
    case 'Cistern Batch Sealed':
      return {
        word: 'flushed',
        look: 'cyan',
        text: `at most ${count(event.count, 'item')} (${event.reason})`,
      };
    case 'Cistern Batch Succeeded':
      return {
        word: 'completed',
        look: 'green',
        text: `${count(event.items, 'item')} in ${duration(event.durationMs)}${attempt(event.attempt)}`,
      };
    case 'Cistern Attempt Failed': {
      const { outcome, error, left, attempt: made, maxAttempts, nextAttemptAt } = event;
      const next = nextAttemptAt === undefined ? '' : `, again at ${clock(nextAttemptAt)}`;
      return {
        word: outcome,
        look: 'yellow',
        text: `${left === undefined ? '' : `${number(left)} left, `}attempt ${made} of ${maxAttempts}${next}: ${error.name}: ${error.message}`,
      };
    }
    case 'Cistern Batch Dead':
      return {
        word: event.status,
        look: 'red',
        text: `${count(event.items, 'item')} after ${count(event.attempt, 'attempt')}: ${event.error.name}: ${event.error.message}`,
      };
    case 'Cistern Batch Drained':
      return {
        word: event.state === 'drained' ? 'drained' : 'timed out',
        look: event.state === 'drained' ? 'green' : 'red',
        text: `${number(event.completed)} completed, ${number(event.failed + event.dead)} failed or dead`,
      };
  }
}

const attempt = (made: number): string => (made > 1 ? `, attempt ${made}` : '');

/** Writes the time of day on this machine's clock. */
function clock(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
}
