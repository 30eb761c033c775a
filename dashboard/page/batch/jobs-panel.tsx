import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchStatus } from '../api/contract.ts';
import type { JobFilter } from '../model/job-filter.ts';
import { Panel } from '../parts/panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FilterForm } from './filter-form.tsx';
import { JobsList } from './jobs-list.tsx';
import { StatusTabs } from './status-tabs.tsx';

/** The jobs, newest first: all, or those that match a filter. */
export function JobsPanel({
  batch,
  filter,
}: {
  readonly batch: BatchStatus;
  readonly filter: JobFilter;
}): JSX.Element {
  const [asking, setAsking] = useState(false);
  const chosen = JSON.stringify(filter);
  return (
    <Panel
      id="jobs"
      title="Jobs"
      aside={
        <button
          type="button"
          class="button small"
          aria-expanded={asking}
          aria-keyshortcuts="i"
          onClick={() => setAsking(!asking)}
        >
          Filter
        </button>
      }
    >
      {asking && (
        <FilterForm
          key={chosen}
          batch={batch.batch}
          filter={filter}
          grouped={batch.options.grouped}
          done={() => setAsking(false)}
        />
      )}
      <StatusTabs batch={batch} filter={filter} />
      <FilterBar batch={batch.batch} filter={filter} />
      {/* another choice begins at its first page */}
      <JobsList key={chosen} batch={batch} filter={filter} />
    </Panel>
  );
}
