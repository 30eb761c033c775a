import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { JobsTable } from '../batch/jobs-table.tsx';
import type { ErrorGroup } from '../model/error-groups.ts';
import { count, counted } from '../model/format.ts';
import { Panel } from '../parts/panel.tsx';
import { Ago } from '../parts/times.tsx';
import { GroupItems } from './group-items.tsx';
import { RedriveGroup } from './redrive-group.tsx';

const PAGE = 20;

/** One thing that failures say: the jobs and the items that it was said of. */
export function ErrorGroupPanel({ group }: { readonly group: ErrorGroup }): JSX.Element {
  const { key, latest, jobs, attempts, items, firstAt, lastAt } = group;
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <div class="banner lost">
        <div class="error-text">
          <strong>
            <bdi>{key}</bdi>
          </strong>
          <pre>{latest}</pre>
          <p class="muted">
            {counted(attempts, 'attempt')} of {counted(jobs.length, 'job')}, {counted(items, 'item')} left.
            First seen <Ago at={firstAt} /> ago, last <Ago at={lastAt} /> ago.
          </p>
        </div>
        <RedriveGroup group={group} />
      </div>
      <Panel id="jobs" title="Jobs">
        <JobsTable jobs={jobs.slice(0, shown)} grouped={jobs.some(job => job.group !== undefined)} />
        {jobs.length > shown && (
          <p class="panel-body">
            <button type="button" class="button" onClick={() => setShown(shown + PAGE)}>
              Show {count(Math.min(PAGE, jobs.length - shown))} more of {count(jobs.length - shown)}
            </button>
          </p>
        )}
      </Panel>
      <GroupItems group={group} />
    </>
  );
}
