import type { JSX } from 'preact';
import type { PeekedItem } from '../api/contract.ts';
import { bytes, count, duration } from '../model/format.ts';
import { ItemJson } from '../parts/item-json.tsx';
import { numbers, TableHead } from '../parts/table-head.tsx';

/** Buffered items in the order of their slots. */
export function PeekTable({ items }: { readonly items: readonly PeekedItem[] }): JSX.Element {
  return (
    <table class="items peek">
      <caption class="visually-hidden">Buffered items</caption>
      <TableHead columns={[numbers('Slot'), numbers('Age'), numbers('Size'), 'Item']} />
      <tbody>
        {items.map(({ slot, bytes: size, ageMs, item }) => (
          <tr key={slot}>
            <th scope="row" class="number">
              {count(slot)}
            </th>
            <td class="number">{ageMs === undefined ? '–' : duration(ageMs)}</td>
            <td class="number">{bytes(size)}</td>
            <td>
              <ItemJson item={item} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
