import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Minute } from '../api/contract.ts';
import { count, hourAndMinute } from '../model/format.ts';

/** The chart's numbers, newest first. */
export function ThroughputTable({ minutes }: { readonly minutes: readonly Minute[] }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {open && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Minute</th>
                <th scope="col" class="number">
                  Items
                </th>
                <th scope="col" class="number">
                  Batches
                </th>
              </tr>
            </thead>
            <tbody>
              {minutes.toReversed().map(({ at, items, batches }) => (
                <tr key={at}>
                  <th scope="row">{hourAndMinute(at)}</th>
                  <td class="number">{count(items)}</td>
                  <td class="number">{count(batches)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
