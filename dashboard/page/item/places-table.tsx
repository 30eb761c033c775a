import type { JSX } from 'preact';
import type { ItemPlace } from '../api/contract.ts';
import { count } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { numbers, TableHead } from '../parts/table-head.tsx';

/** The jobs and windows that have an item. */
export function PlacesTable({
  places,
  item,
}: {
  readonly places: readonly ItemPlace[];
  /** The item's dedup key. The job's page looks its items through for it. */
  readonly item: string;
}): JSX.Element {
  return (
    <table class="cards found-places">
      <caption class="visually-hidden">Where the item is</caption>
      <TableHead columns={['Job', 'State', numbers('Slot')]} />
      <tbody>
        {places.map(({ job, slot, buffered }) => (
          <tr key={`${job} ${slot}`}>
            <th scope="row" class="title">
              <a class="mono" href={toHash({ view: 'job', job, item })} title={job}>
                {shortId(job)}
              </a>
            </th>
            <td data-name="State">{buffered ? 'buffered, not flushed yet' : 'in this job'}</td>
            <td class="number" data-name="Slot">
              {count(slot)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
