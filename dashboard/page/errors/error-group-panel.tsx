import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { JobsTable } from '../batch/jobs-table.tsx';
import { useLive } from '../live/use-live.ts';
import { type ErrorGroup, saidBy } from '../model/error-groups.ts';
import { counted } from '../model/format.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { Ago } from '../parts/times.tsx';
import { GroupItems } from './group-items.tsx';
import { RedriveGroup } from './redrive-group.tsx';

const EVERY_MS = 5_000;

/** One thing that failures say: the jobs and the items that it was said of. */
export function ErrorGroupPanel({
  batch,
  group,
}: {
  readonly batch: string;
  readonly group: ErrorGroup;
}): JSX.Element {
  const { example, name, jobs: count, items, firstAt, lastAt } = group;
  const says = saidBy(group);
  const [page, setPage] = useState<readonly string[]>([]);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/jobs', { batch, says, limit: LIMIT, cursor: page.at(-1) }),
    () => EVERY_MS,
  );
  return (
    <>
      <div class="banner lost">
        <div class="error-text">
          <strong>
            <bdi>{says}</bdi>
          </strong>
          <pre>
            {name}: {example}
          </pre>
          <p class="muted">
            {counted(count, 'job')}
            {items > 0 && `, ${counted(items, 'item')}`}. First seen <Ago at={firstAt} /> ago, last{' '}
            <Ago at={lastAt} /> ago.
          </p>
        </div>
        <RedriveGroup batch={batch} group={group} />
      </div>
      <Panel id="jobs" title="Jobs">
        {problem && (
          <Notice title="The jobs cannot be shown" tone="bad">
            {problem.message}
          </Notice>
        )}
        {!data && !problem && <Loading />}
        {data && data.jobs.length === 0 && <Notice title="None on this page" />}
        {data && data.jobs.length > 0 && (
          <JobsTable jobs={data.jobs} grouped={data.jobs.some(job => job.group !== undefined)} />
        )}
        <Pager what="jobs" page={page} next={data?.cursor} go={setPage} />
      </Panel>
      <GroupItems says={says} jobs={group.latest} />
    </>
  );
}
