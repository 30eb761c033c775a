import type { JSX } from 'preact';
import type { OperatorAction } from '../api/contract.ts';
import { askedText, resultText } from '../model/action-text.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { Name } from '../parts/name.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { Clock } from '../parts/times.tsx';

/** What operators have done, a row each. */
export function ActionsTable({
  actions,
  named,
}: {
  readonly actions: readonly OperatorAction[];
  /** Whether their batches have to be named. */
  readonly named: boolean;
}): JSX.Element {
  return (
    <table class="cards actions-log">
      <caption class="visually-hidden">Actions of operators, the latest first</caption>
      <TableHead
        columns={[
          { name: 'When', class: 'when' },
          { name: 'Action', class: 'what' },
          named && 'Batch',
          { name: 'Job', class: 'what' },
          'By',
          'Asked and result',
        ]}
      />
      <tbody>
        {actions.map(({ at, action, batch, job, by, from, asked, result }) => (
          <tr key={`${at} ${action} ${batch} ${job}`}>
            <th scope="row" class="title">
              <Clock at={at} />
            </th>
            <td class="state">
              <strong>{action}</strong>
            </td>
            {named && (
              <td data-name="Batch">
                <a href={toHash({ view: 'batch', batch })}>
                  <Name value={batch} />
                </a>
              </td>
            )}
            <td data-name="Job">
              {job === undefined ? (
                <span class="zero">–</span>
              ) : (
                <a class="mono" href={toHash({ view: 'job', job })}>
                  {shortId(job)}
                </a>
              )}
            </td>
            <td class="says">
              {by === undefined && from === undefined && <span class="zero">unknown</span>}
              {by !== undefined && <Name value={by} />}
              {from !== undefined && <div class="muted">from {from}</div>}
            </td>
            <td class="says">
              {asked !== undefined && <Name value={askedText(asked)} />}{' '}
              {result !== undefined && (
                <span class="muted">
                  → <Name value={resultText(result)} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
