import { count, number, ranges } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Format } from './format.ts';
import type { AddOutcome } from './outcome.ts';

/** The report of an add. */
export interface AddReport extends AddOutcome {
  readonly batch: string;
  readonly format: Format;
  /** The first line that was not sent, if the add has ended early. */
  readonly resumeFrom?: number;
}

/** Writes the outcome of the lines for people. Refused lines have been named before. */
export function addReport(report: AddReport, unit: 'line' | 'item'): string {
  const { batch, accepted, duplicates, refused, notAdded, unknown, resumeFrom } = report;
  const dropped = duplicates > 0 ? `; ${count(duplicates, 'duplicate was', 'duplicates were')} dropped` : '';
  const sentences = [
    `Added ${count(accepted, 'item')} to ${visible(batch)}${dropped}.`,
    ...(refused.length > 0 ? [`${count(refused.length, `${unit} was`, `${unit}s were`)} refused.`] : []),
    ...(notAdded.length > 0 ? [`Not added: ${linesOf(notAdded, unit)}.`] : []),
    ...(unknown.length > 0 ? [`It is not known whether they were added: ${linesOf(unknown, unit)}.`] : []),
    ...(resumeFrom === undefined
      ? []
      : [`${unit === 'item' ? 'Item' : 'Line'} ${number(resumeFrom)} and all after it were not sent.`]),
  ];
  return `${sentences.join('\n')}\n`;
}

const linesOf = (numbers: readonly number[], unit: string): string =>
  `${unit}${numbers.length === 1 ? '' : 's'} ${ranges(numbers)}`;
