import type { JSX, TargetedSubmitEvent } from 'preact';
import { FLUSH_REASONS } from '../model/flush-reasons.ts';
import { FILTER_NAMES, FILTERS, type FilterName, type JobFilter } from '../model/job-filter.ts';
import { toHash } from '../model/route.ts';

const HINTS: Partial<Readonly<Record<FilterName, string>>> = {
  id: 'a part of it',
  error: 'a text in it',
  item: 'a text in one of the jobs shown',
};

/** Asks what the jobs are filtered by; the address keeps it. */
export function FilterForm({
  batch,
  filter,
  grouped,
  done,
}: {
  readonly batch: string;
  readonly filter: JobFilter;
  readonly grouped: boolean;
  readonly done: () => void;
}): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const parts = FILTERS.flatMap(name => {
      const value = String(said.get(name) ?? '').trim();
      return value === '' ? [] : [[name, isTime(name) ? new Date(value).toISOString() : value]];
    });
    location.hash = toHash({
      view: 'batch',
      batch,
      ...(filter.status !== undefined && { status: filter.status }),
      ...(Object.fromEntries(parts) as JobFilter),
    });
    done();
  };
  return (
    <form class="filter-form" aria-label="Filter the jobs" onSubmit={submit}>
      {FILTERS.filter(name => grouped || name !== 'group').map(name => (
        <div key={name}>
          <label htmlFor={`filter-${name}`}>{FILTER_NAMES[name]}</label>
          <Field name={name} filter={filter} />
        </div>
      ))}
      <button type="submit" class="button primary">
        Filter
      </button>
    </form>
  );
}

function Field({ name, filter }: { readonly name: FilterName; readonly filter: JobFilter }): JSX.Element {
  const id = `filter-${name}`;
  if (name === 'reason') {
    return (
      <select id={id} name={name} defaultValue={filter.reason ?? ''}>
        <option value="">any reason</option>
        {FLUSH_REASONS.map(reason => (
          <option key={reason} value={reason}>
            {reason}
          </option>
        ))}
      </select>
    );
  }
  if (isTime(name)) {
    return <input id={id} name={name} type="datetime-local" defaultValue={localTime(filter[name])} />;
  }
  return (
    <input
      id={id}
      name={name}
      type="text"
      placeholder={HINTS[name] ?? ''}
      autocomplete="off"
      defaultValue={filter[name] ?? ''}
    />
  );
}

const isTime = (name: FilterName): name is 'since' | 'until' => name === 'since' || name === 'until';

/** As an input has it: local, without a zone. */
function localTime(iso: string | undefined): string {
  if (iso === undefined) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
