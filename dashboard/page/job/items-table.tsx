import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobItem } from '../api/contract.ts';
import { count } from '../model/format.ts';
import { Choice } from '../parts/choice.tsx';
import { ItemJson } from '../parts/item-json.tsx';
import { ItemError } from './item-error.tsx';

const PAGE = 50;
const STATES = ['dead', 'pending', 'done'] as const;
const BADGES = { dead: 'dead', pending: 'waiting', done: 'completed' } as const;

/** A job's items; those that are not done come first into view where others are. */
export function ItemsTable({ items }: { readonly items: readonly JobItem[] }): JSX.Element {
  const present = STATES.filter(state => items.some(item => item.state === state));
  const [wanted, setWanted] = useState<JobItem['state'] | 'all'>(
    present.length > 1 ? (present[0] ?? 'all') : 'all',
  );
  const [shown, setShown] = useState(PAGE);
  const chosen = items.filter(({ state }) => wanted === 'all' || state === wanted);
  const left = chosen.length - shown;
  const name = (state: string, all: number) => `${state} ${count(all)}`;
  return (
    <>
      {present.length > 1 && (
        <div class="panel-body">
          <Choice
            label="Items shown"
            options={[
              { value: 'all' as const, name: name('all', items.length) },
              ...present.map(value => ({
                value,
                name: name(value, items.filter(({ state }) => state === value).length),
              })),
            ]}
            chosen={wanted}
            choose={setWanted}
          />
        </div>
      )}
      <table class="items">
        <caption class="visually-hidden">Items of this job</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              #
            </th>
            <th scope="col" class="state">
              State
            </th>
            <th scope="col">Item</th>
          </tr>
        </thead>
        <tbody>
          {chosen.slice(0, shown).map(({ index, state, item, error }) => (
            <tr key={index}>
              <th scope="row" class="number">
                {count(index)}
              </th>
              <td class="state">
                <span class={`badge ${BADGES[state] ?? ''}`}>{state}</span>
              </td>
              <td>
                <ItemJson item={item} />
                {error && <ItemError error={error} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p class="panel-body">
          <button type="button" class="button" onClick={() => setShown(shown + PAGE)}>
            Show {count(Math.min(PAGE, left))} more of {count(left)}
          </button>
        </p>
      )}
    </>
  );
}
