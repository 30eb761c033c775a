import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ChartRow, type ChartSteps, showValue, stepName } from '../model/chart.ts';
import { numbers, TableHead } from './table-head.tsx';

/** The chart's numbers, newest first. */
export function ChartTable({
  steps,
  rows,
}: {
  readonly steps: ChartSteps;
  readonly rows: readonly ChartRow[];
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const columns = rows.flatMap(columnsOf);
  return (
    <details class="chart-table" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <section class="scroll" tabIndex={0} aria-label="Numbers of the chart">
          <table>
            <TableHead columns={['Time', ...columns.map(({ name }) => numbers(name))]} />
            <tbody>
              {steps.at
                .map((at, index) => (
                  <tr key={at}>
                    <th scope="row">{stepName(steps, index)}</th>
                    {columns.map(({ name, values, unit }) => (
                      <td key={name} class="number">
                        {showValue(values[index], unit)}
                      </td>
                    ))}
                  </tr>
                ))
                .reverse()}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

const columnsOf = ({ name, values, front, labels, unit }: ChartRow) =>
  front === undefined || labels === undefined
    ? [{ name, values, unit }]
    : [
        { name: `${name} ${labels[1]}`, values: front, unit },
        { name: `${name} ${labels[0]}`, values, unit },
      ];
