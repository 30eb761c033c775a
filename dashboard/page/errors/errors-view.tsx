import type { JSX } from 'preact';
import { groupErrors } from '../model/error-groups.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { BatchCrumbs } from '../parts/batch-crumbs.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ErrorGroupPanel } from './error-group-panel.tsx';
import { ErrorGroupsTable } from './error-groups-table.tsx';
import { useFailures } from './use-failures.ts';

/** The failures of a batch by what they say, or those that say one thing. */
export function ErrorsView({
  batch,
  error,
}: {
  readonly batch: string;
  readonly error?: string;
}): JSX.Element {
  const { data, problem } = useFailures(batch);
  const groups = data && groupErrors(data.jobs);
  const chosen = groups?.find(({ key }) => key === error);
  return (
    <>
      <div class="view-head">
        <div class="view-title">
          <BatchCrumbs batch={batch} />
          <h1>Errors</h1>
        </div>
      </div>
      {problem !== undefined && data === undefined && (
        <Notice title="The errors cannot be shown" tone="bad">
          {problem}
        </Notice>
      )}
      {groups === undefined && problem === undefined && <Loading />}
      {error !== undefined && groups !== undefined && (
        <p class="back">
          <a href={toHash({ view: 'errors', batch })}>All errors</a>
        </p>
      )}
      {error !== undefined && groups !== undefined && chosen === undefined && (
        <Notice title="No job has this error any more">
          Its jobs were redriven or purged, or have expired.
        </Notice>
      )}
      {chosen && <ErrorGroupPanel group={chosen} />}
      {error === undefined && groups !== undefined && (
        <Panel
          id="errors"
          title="Errors by what they say"
          note={data?.partial ? 'of the latest 500 jobs of each status' : counted(groups.length, 'kind')}
        >
          {groups.length === 0 ? (
            <Notice title="No failed, dead or retrying job" />
          ) : (
            <ErrorGroupsTable batch={batch} groups={groups} />
          )}
        </Panel>
      )}
    </>
  );
}
