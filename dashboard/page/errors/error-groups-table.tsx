import type { JSX } from 'preact';
import { type ErrorGroup, saidBy } from '../model/error-groups.ts';
import { count } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { Name } from '../parts/name.tsx';
import { ACTIONS, numbers, TableHead } from '../parts/table-head.tsx';
import { Ago } from '../parts/times.tsx';
import { RedriveGroup } from './redrive-group.tsx';

/** A row for each thing that failures say, with how often, of how much, and since when. */
export function ErrorGroupsTable({
  batch,
  groups,
}: {
  readonly batch: string;
  readonly groups: readonly ErrorGroup[];
}): JSX.Element {
  return (
    <table class="cards error-groups">
      <caption class="visually-hidden">Errors of this batch, those of the most jobs first</caption>
      <TableHead
        columns={[
          'Error',
          numbers('Jobs'),
          numbers('Items'),
          numbers('First seen'),
          numbers('Last seen'),
          ACTIONS,
        ]}
      />
      <tbody>
        {groups.map(group => (
          <tr key={saidBy(group)}>
            <th scope="row" class="title">
              <a href={toHash({ view: 'errors', batch, error: saidBy(group) })}>
                <Name value={saidBy(group)} />
              </a>
            </th>
            <td class="number" data-name="Jobs">
              {count(group.jobs)}
            </td>
            <td class="number" data-name="Items">
              {group.items === 0 ? <span class="zero">–</span> : count(group.items)}
            </td>
            <td class="number" data-name="First seen">
              <Ago at={group.firstAt} /> ago
            </td>
            <td class="number" data-name="Last seen">
              <Ago at={group.lastAt} /> ago
            </td>
            <td class="row-actions">
              <RedriveGroup batch={batch} group={group} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
