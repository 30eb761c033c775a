import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobItem } from '../api/contract.ts';
import { count, counted } from '../model/format.ts';
import { Choice } from '../parts/choice.tsx';
import { ItemJson } from '../parts/item-json.tsx';
import { numbers, TableHead } from '../parts/table-head.tsx';
import { ItemError } from './item-error.tsx';

const PAGE = 50;
const STATES = ['dead', 'pending', 'done'] as const;
const BADGES = { dead: 'dead', pending: 'waiting', done: 'completed' } as const;

/** A job's items; those that are not done come first into view where others are. */
export function ItemsTable({
  items,
  text: given,
}: {
  readonly items: readonly JobItem[];
  readonly text: string | undefined;
}): JSX.Element {
  const present = STATES.filter(state => items.some(item => item.state === state));
  const [wanted, setWanted] = useState<JobItem['state'] | 'all'>(
    present.length > 1 && given === undefined ? (present[0] ?? 'all') : 'all',
  );
  const [shown, setShown] = useState(PAGE);
  const [text, setText] = useState(given ?? '');
  const chosen = items.filter(
    ({ state, item }) => (wanted === 'all' || state === wanted) && hasText(item, text),
  );
  const left = chosen.length - shown;
  const name = (state: string, all: number) => `${state} ${count(all)}`;
  return (
    <>
      <div class="panel-body items-choice">
        {present.length > 1 && (
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
        )}
        <input
          type="search"
          aria-label="Find in the items"
          placeholder="Find in the items"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
        {text !== '' && <span class="muted">{counted(chosen.length, 'item')}</span>}
      </div>
      <table class="items">
        <caption class="visually-hidden">Items of this job</caption>
        <TableHead columns={[numbers('#'), { name: 'State', class: 'state' }, 'Item']} />
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

const hasText = (item: unknown, text: string): boolean =>
  text === '' || JSON.stringify(item).toLowerCase().includes(text.toLowerCase());
