import type { Minute } from '../api/contract.ts';
import { type ChartRow, topOf } from './chart.ts';
import { count } from './format.ts';

/** Items that were added, flushed, completed and failed. A figure that is not counted has no row. */
export function throughputRows(minutes: readonly Minute[]): ChartRow[] {
  const of = (name: 'added' | 'flushed' | 'items' | 'failed') => minutes.map(minute => minute[name] ?? 0);
  const counted = minutes.some(({ added }) => added !== undefined);
  const most = topOf(of('flushed'), of('items'), counted ? of('added') : []);
  const failed = of('failed');
  const row = { unit: 'count', height: 58, most } as const;
  return [
    ...(counted ? [{ name: 'added', values: of('added'), tone: 'plain' as const, ...row }] : []),
    { name: 'flushed', values: of('flushed'), tone: 'water', ...row },
    { name: 'completed', values: of('items'), tone: 'good', ...row },
    { name: 'failed', values: failed, tone: 'bad', ...row, height: 44, most: topOf(failed) },
  ];
}

/** All of them summed up, in words. */
export const sumOfRows = (rows: readonly ChartRow[]): string =>
  rows
    .map(
      ({ name, values }) => `${name} ${count(values.reduce<number>((sum, value) => sum + (value ?? 0), 0))}`,
    )
    .join(' · ');
