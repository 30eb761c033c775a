import type { JSX } from 'preact';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { saidBy } from '../model/error-groups.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { ErrorGroupPanel } from './error-group-panel.tsx';
import { ErrorGroupsTable } from './error-groups-table.tsx';

const EVERY_MS = 5_000;

/** The failures of a batch by what they say, or those that say one thing. */
export function ErrorsView({
  batch,
  error,
}: {
  readonly batch: string;
  readonly error?: string;
}): JSX.Element {
  const { data, problem } = useLive(requestTo('GET /v1/batches/{batch}/errors', { batch }), () => EVERY_MS);
  const chosen = data?.errors.find(group => saidBy(group) === error);
  return (
    <>
      <ViewHead batch={batch} title="Errors" />
      {problem && (
        <Notice title="The errors cannot be shown" tone="bad">
          {problem.message}
        </Notice>
      )}
      {!data && !problem && <Loading />}
      {error !== undefined && data && (
        <p class="back">
          <a href={toHash({ view: 'errors', batch })}>All errors</a>
        </p>
      )}
      {error !== undefined && data && !chosen && (
        <Notice title="No job has this error any more">
          Its jobs were redriven or purged, or have expired.
        </Notice>
      )}
      {chosen && <ErrorGroupPanel batch={batch} group={chosen} />}
      {error === undefined && data && (
        <Panel
          id="errors"
          title="Errors by what they say"
          note={data.partial ? 'of the latest 500 jobs' : counted(data.errors.length, 'kind')}
        >
          {data.errors.length === 0 ? (
            <Notice title="No failed, dead or retrying job" />
          ) : (
            <ErrorGroupsTable batch={batch} groups={data.errors} />
          )}
        </Panel>
      )}
    </>
  );
}
