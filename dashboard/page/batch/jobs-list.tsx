import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchStatus } from '../api/contract.ts';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { readOnly } from '../live/access.ts';
import { useStore } from '../live/store.ts';
import { useLive } from '../live/use-live.ts';
import { counted } from '../model/format.ts';
import { FILTERS, type JobFilter, toQuery } from '../model/job-filter.ts';
import { STATUS_NAMES } from '../parts/badge.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { JobsTable } from './jobs-table.tsx';
import { MatchingBar } from './matching-bar.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useJobsWith } from './use-jobs-with.ts';
import { useSelection } from './use-selection.ts';

/** A page of the jobs that match a filter. */
export function JobsList({
  batch,
  filter,
}: {
  readonly batch: BatchStatus;
  readonly filter: JobFilter;
}): JSX.Element {
  const [page, setPage] = useState<readonly string[]>([]);
  const selection = useSelection();
  const watching = useStore(readOnly);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/jobs', {
      ...{ batch: batch.batch, ...toQuery(filter), cursor: page.at(-1), limit: LIMIT },
    }),
  );
  const { item } = filter;
  const into = useJobsWith(data?.jobs ?? [], item);
  if (problem)
    return (
      <Notice title="The jobs cannot be shown" tone="bad">
        {problem.message}
      </Notice>
    );
  if (!data) return <Loading />;
  const jobs = data.jobs.filter(({ id }) => item === undefined || into.found.has(id));
  const first = data.cursor === undefined && page.length === 0;
  return (
    <>
      {selection.jobs.length === 0 && !watching && <MatchingBar batch={batch} filter={filter} />}
      <SelectionBar selection={selection} />
      {item !== undefined && (
        <p class="filter" role="status">
          <span class="muted">
            Looked into {into.looked} of {counted(data.jobs.length, 'job')} of this page.
          </span>
          {into.problem !== undefined && <span class="error-line">{into.problem}</span>}
        </p>
      )}
      {jobs.length === 0 ? (
        <Notice title={first ? noneOf(filter) : 'None on this page'}>
          {first &&
            Object.keys(filter).length === 0 &&
            'A buffer becomes a job when it is full, old enough or flushed.'}
        </Notice>
      ) : (
        <JobsTable
          jobs={jobs}
          grouped={batch.options.grouped}
          selection={watching ? undefined : selection}
          item={item}
        />
      )}
      <Pager what="jobs" page={page} next={data.cursor} go={setPage} />
    </>
  );
}

function noneOf(filter: JobFilter): string {
  if (FILTERS.some(name => name !== 'group' && filter[name] !== undefined))
    return 'No job matches the filter';
  return filter.status === undefined ? 'No jobs yet' : `No ${STATUS_NAMES[filter.status].toLowerCase()} jobs`;
}
