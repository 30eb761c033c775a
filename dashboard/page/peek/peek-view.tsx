import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { flushGroupQuestion } from '../actions/batch-questions.ts';
import type { BatchStatus } from '../api/contract.ts';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { counted } from '../model/format.ts';
import { shortId } from '../model/short-id.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { BatchProblem } from '../parts/batch-problem.tsx';
import { Name } from '../parts/name.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { Until } from '../parts/times.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { PeekTable } from './peek-table.tsx';

/** What a buffer holds and has not flushed, a page at a time. */
export function PeekView({ batch, group }: { readonly batch: string; readonly group?: string }): JSX.Element {
  const { data: status, problem } = useLive(requestTo('GET /v1/batches/{batch}', { batch }));
  if (problem) return <BatchProblem problem={problem} />;
  if (!status) return <Loading />;
  return (
    <>
      <ViewHead
        batch={batch}
        title={
          group === undefined ? (
            'Buffered items'
          ) : (
            <>
              <span class="muted">Buffered items of</span> <Name value={group} />
            </>
          )
        }
      />
      <Buffered status={status} group={group} />
    </>
  );
}

function Buffered({
  status,
  group,
}: {
  readonly status: BatchStatus;
  readonly group: string | undefined;
}): JSX.Element {
  const { batch, paused } = status;
  const [page, setPage] = useState<readonly string[]>([]);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/peek', { batch, group, limit: LIMIT, cursor: page.at(-1) }),
  );
  if (problem) {
    return (
      <Notice title="The buffered items cannot be shown" tone="bad">
        {problem.message}
      </Notice>
    );
  }
  if (!data) return <Loading />;
  const { items, job, deadline, unsettled, cursor } = data;
  return (
    <Panel
      id="peek"
      title={job === undefined ? 'Window' : `Window of job ${shortId(job)}`}
      note={
        <>
          {paused && 'held while the batch is paused'}
          {!paused && deadline !== undefined && (
            <>
              flushes in <Until at={deadline} past="a moment" />
            </>
          )}
        </>
      }
      aside={
        items.length > 0 && (
          <ActionButton small question={() => flushGroupQuestion(status, group, undefined)}>
            Flush
          </ActionButton>
        )
      }
    >
      {items.length === 0 ? (
        <Notice
          title={cursor === undefined && page.length === 0 ? 'Nothing is buffered' : 'None on this page'}
        >
          Items stand here from their add until their window is flushed.
        </Notice>
      ) : (
        <PeekTable items={items} />
      )}
      {unsettled > 0 && (
        <p class="panel-body muted">
          {counted(unsettled, 'slot')} reserved without an item yet, and not shown.
        </p>
      )}
      <Pager what="items" page={page} next={cursor} go={setPage} />
    </Panel>
  );
}
