import { roundCeiling } from './chart-scale.ts';
import { clockTime, count, duration, hourAndMinute } from './format.ts';

/** One measure over time. */
export interface ChartRow {
  /** `flushed`, `duration`. */
  readonly name: string;
  /** One for each step; undefined where nothing was measured. */
  readonly values: readonly (number | undefined)[];
  /** A part of each value, drawn before it: the median before the 99th percentile. */
  readonly front?: readonly (number | undefined)[];
  /** What the two are called where both are said: `p99` and `p50`. */
  readonly labels?: readonly [string, string];
  readonly unit: 'count' | 'ms';
  readonly tone: 'water' | 'good' | 'bad' | 'plain';
  /** Pixels. */
  readonly height: number;
  /** The top of its scale; rows that are compared with each other share it. */
  readonly most: number;
}

/** Time in steps of one length. */
export interface ChartSteps {
  /** The start of each, as ISO times. */
  readonly at: readonly string[];
  readonly stepMs: number;
}

export const topOf = (...all: readonly (readonly (number | undefined)[])[]): number =>
  roundCeiling(Math.max(0, ...all.flat().map(value => value ?? 0)));

export const showValue = (value: number | undefined, unit: ChartRow['unit']): string =>
  value === undefined ? '–' : unit === 'ms' ? duration(value) : count(value);

const DAY_MS = 86_400_000;

/** When a step is: with its day, where a chart shows several. */
export const stepName = ({ at, stepMs }: ChartSteps, index: number): string => {
  const iso = at[index] ?? '';
  return at.length * stepMs > DAY_MS ? clockTime(iso, 0).slice(0, -3) : hourAndMinute(iso);
};

/** What all rows say of one step. */
export function saysOf(rows: readonly ChartRow[], steps: ChartSteps, index: number): string {
  return [stepName(steps, index), ...rows.map(row => sayRow(row, index))].join(' · ');
}

function sayRow({ name, values, front, labels, unit }: ChartRow, index: number): string {
  const value = showValue(values[index], unit);
  if (front === undefined || labels === undefined) return `${name} ${value}`;
  return `${name} ${labels[1]} ${showValue(front[index], unit)}, ${labels[0]} ${value}`;
}
