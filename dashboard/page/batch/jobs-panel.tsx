import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type BatchStatus, JOB_STATUSES, type JobStatus } from '../api/contract.ts';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { readOnly } from '../live/access.ts';
import { useStore } from '../live/store.ts';
import { useLive } from '../live/use-live.ts';
import { shortCount } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { STATUS_NAMES } from '../parts/badge.tsx';
import { Name } from '../parts/name.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { JobsTable } from './jobs-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useSelection } from './use-selection.ts';

/** The jobs, newest first: all, or those of one status or group. */
export function JobsPanel(props: {
  readonly batch: BatchStatus;
  readonly status?: JobStatus;
  readonly group?: string;
}): JSX.Element {
  // another choice begins at its first page
  return (
    <Panel id="jobs" title="Jobs">
      <Tabs {...props} />
      <Jobs key={`${props.status} ${props.group}`} {...props} />
    </Panel>
  );
}

function Tabs({
  batch,
  status,
  group,
}: {
  readonly batch: BatchStatus;
  readonly status?: JobStatus;
  readonly group?: string;
}): JSX.Element {
  const here = { view: 'batch', batch: batch.batch, ...(group !== undefined && { group }) } as const;
  return (
    <>
      <nav class="tabs" aria-label="Jobs by status">
        <a href={toHash(here)} aria-current={status === undefined ? 'page' : undefined}>
          All
        </a>
        {JOB_STATUSES.map(each => (
          <a
            key={each}
            class={each}
            href={toHash({ ...here, status: each })}
            aria-current={each === status ? 'page' : undefined}
          >
            {STATUS_NAMES[each]}
            {batch.jobs[each] > 0 && <span class="tab-count">{shortCount(batch.jobs[each])}</span>}
          </a>
        ))}
      </nav>
      {group !== undefined && (
        <p class="filter">
          <span class="muted">Group</span> <Name value={group} />
          <a
            href={toHash({
              view: 'batch',
              batch: batch.batch,
              ...(status !== undefined && { status }),
            })}
          >
            All groups
          </a>
        </p>
      )}
    </>
  );
}

function Jobs({
  batch,
  status,
  group,
}: {
  readonly batch: BatchStatus;
  readonly status?: JobStatus;
  readonly group?: string;
}): JSX.Element {
  const [page, setPage] = useState<readonly string[]>([]);
  const selection = useSelection();
  const watching = useStore(readOnly);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/jobs', {
      batch: batch.batch,
      status,
      group,
      cursor: page.at(-1),
      limit: LIMIT,
    }),
  );
  if (problem)
    return (
      <Notice title="The jobs cannot be shown" tone="bad">
        {problem.message}
      </Notice>
    );
  if (!data) return <Loading />;
  const none = status === undefined ? 'No jobs yet' : `No ${STATUS_NAMES[status].toLowerCase()} jobs`;
  // a page may have none of what was looked for, and yet a next
  const title = data.cursor === undefined && page.length === 0 ? none : 'None on this page';
  return (
    <>
      <SelectionBar selection={selection} />
      {data.jobs.length === 0 ? (
        <Notice title={title}>
          {title === none &&
            status === undefined &&
            group === undefined &&
            'A buffer becomes a job when it is full, old enough or flushed.'}
        </Notice>
      ) : (
        <JobsTable
          jobs={data.jobs}
          grouped={batch.options.grouped}
          selection={watching ? undefined : selection}
        />
      )}
      <Pager what="jobs" page={page} next={data.cursor} go={setPage} />
    </>
  );
}
