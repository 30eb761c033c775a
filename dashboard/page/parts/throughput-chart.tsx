import type { JSX } from 'preact';
import type { Minute } from '../api/contract.ts';
import { sumOfRows, throughputRows } from '../model/throughput-rows.ts';
import { Chart } from './chart.tsx';

/** Items of each of the last minutes, from their add to their end. */
export function ThroughputChart({ minutes }: { readonly minutes: readonly Minute[] }): JSX.Element {
  const rows = throughputRows(minutes);
  return (
    <Chart
      label="Items per minute over the last hour"
      steps={{ at: minutes.map(({ at }) => at), stepMs: 60_000 }}
      rows={rows}
      sum={`Last hour · ${sumOfRows(rows)}`}
    />
  );
}
