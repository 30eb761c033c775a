import type { Cell } from './table.ts';
import type { Style } from './view.ts';

const STYLES: Readonly<Record<string, Style>> = {
  active: 'cyan',
  retrying: 'yellow',
  completed: 'green',
  failed: 'red',
  dead: 'red',
};

/** A job's status; one that this version does not know is shown as it is. */
export const jobStatus = (status: string): Cell => ({ text: status, style: STYLES[status] });

/** A number that calls for somebody when it is not zero. */
export const alarm = (value: number, text: string): Cell => ({
  text,
  style: value > 0 ? 'red' : undefined,
});
