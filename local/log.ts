import { inspect } from 'node:util';
import type { Services } from '#lib/store/services';
import type { Note } from '#lib/telemetry/log-line';
import type { LocalLogLine, LocalOptions } from './local.ts';

/**
 * Makes the log of a deployment on this machine.
 *
 * @param keep gets each line too, with those that are noted of attempts and ends
 */
export function localLog(
  log: LocalOptions['log'],
  keep: (line: Note) => void,
): Pick<Services, 'log' | 'warn' | 'note'> {
  const out = typeof log === 'function' ? log : log ? print : () => {};
  const write = (line: LocalLogLine) => {
    const { error, ...kept } = line;
    keep(error === undefined ? kept : { ...kept, data: error });
    out(line);
  };
  return {
    log: write,
    note: keep,
    // a group key is the user's data, and warnings leave it out
    warn: (message, error, { group: _, ...about } = {}) =>
      write({ ...about, level: 'warn', message, ...(error !== undefined && { error }) }),
  };
}

function print({ level, message, batch, job, group, attempt, data, error }: LocalLogLine): void {
  const about = [
    batch,
    group !== undefined && `group ${JSON.stringify(group)}`,
    job !== undefined && `job ${job}`,
    attempt !== undefined && `attempt ${attempt}`,
  ].filter(Boolean);
  const rest = [data, error].filter(each => each !== undefined).map(each => inspect(each, { depth: 4 }));
  const line = [`${level}${about.length > 0 ? ` (${about.join(', ')})` : ''}: ${message}`, ...rest].join(
    '\n  ',
  );
  if (level === 'info') console.log(line);
  else console.error(line);
}
