import type { Cell } from './table.ts';
import type { Style } from './view.ts';

const STYLES: Readonly<Record<string, Style>> = {
  active: 'cyan',
  retrying: 'yellow',
  completed: 'green',
  failed: 'red',
  dead: 'red',
};

/** Writes a job's status. A status that this version does not know is shown as it is. */
export const jobStatus = (status: string): Cell => ({ text: status, style: STYLES[status] });

/** Writes a number that is a sign of trouble unless it is zero. */
export const alarm = (value: number, text: string): Cell => ({
  text,
  style: value > 0 ? 'red' : undefined,
});
