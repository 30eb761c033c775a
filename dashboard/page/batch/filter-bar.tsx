import type { JSX } from 'preact';
import { clockTime } from '../model/format.ts';
import { FILTER_NAMES, FILTERS, type FilterName, type JobFilter, without } from '../model/job-filter.ts';
import { toHash } from '../model/route.ts';
import { Name } from '../parts/name.tsx';

/** What the jobs are filtered by, each with what takes it away. */
export function FilterBar({
  batch,
  filter,
}: {
  readonly batch: string;
  readonly filter: JobFilter;
}): JSX.Element | null {
  const set = FILTERS.filter(name => filter[name] !== undefined);
  if (set.length === 0) return null;
  const { status } = filter;
  return (
    <div class="filter">
      <ul class="chips" aria-label="Filter">
        {set.map(name => (
          <li key={name}>
            <span class="muted">{FILTER_NAMES[name]}</span> <Name value={shown(name, filter[name] ?? '')} />
            <a
              class="chip-remove"
              aria-label={`Remove the filter ${FILTER_NAMES[name]}`}
              href={toHash({ view: 'batch', batch, ...without(filter, name) })}
            >
              ×
            </a>
          </li>
        ))}
      </ul>
      <a href={toHash({ view: 'batch', batch, ...(status !== undefined && { status }) })}>Clear</a>
    </div>
  );
}

const shown = (name: FilterName, value: string): string =>
  name === 'since' || name === 'until' ? clockTime(value, Date.now()) : value;
