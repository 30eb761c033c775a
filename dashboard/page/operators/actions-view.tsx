import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { toHash } from '../model/route.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { ActionsTable } from './actions-table.tsx';

const EVERY_MS = 5_000;

/** What operators have done to a batch, or to all: who, when, from where, and what came of it. */
export function ActionsView({ batch }: { readonly batch?: string }): JSX.Element {
  return (
    <>
      <ViewHead
        batch={batch}
        title="Actions"
        marks={batch !== undefined && <a href={toHash({ view: 'actions' })}>of all batches</a>}
      />
      <Panel id="actions" title="Log of actions" note="latest first">
        {/* another batch begins at its first page */}
        {batch === undefined ? <OfAll /> : <OfBatch key={batch} batch={batch} />}
      </Panel>
    </>
  );
}

function OfAll(): JSX.Element {
  const [page, setPage] = useState<readonly string[]>([]);
  const live = useLive(requestTo('GET /v1/actions', { limit: LIMIT, cursor: page.at(-1) }), () => EVERY_MS);
  return <Page {...live} page={page} go={setPage} named />;
}

function OfBatch({ batch }: { readonly batch: string }): JSX.Element {
  const [page, setPage] = useState<readonly string[]>([]);
  const live = useLive(
    requestTo('GET /v1/actions', { batch, limit: LIMIT, cursor: page.at(-1) }),
    () => EVERY_MS,
  );
  return <Page {...live} page={page} go={setPage} named={false} />;
}

function Page({
  data,
  problem,
  page,
  go,
  named,
}: ReturnType<typeof useLive<'GET /v1/actions'>> & {
  readonly page: readonly string[];
  readonly go: (page: readonly string[]) => void;
  readonly named: boolean;
}): JSX.Element {
  if (problem) {
    return (
      <Notice title="The actions cannot be shown" tone="bad">
        {problem.message}
      </Notice>
    );
  }
  if (!data) return <Loading />;
  return (
    <>
      {data.actions.length === 0 ? (
        <Notice title={page.length === 0 ? 'Nobody has done anything yet' : 'None on this page'}>
          Flushes by hand, pauses, drains, redrives and purges stand here.
        </Notice>
      ) : (
        <ActionsTable actions={data.actions} named={named} />
      )}
      <Pager what="actions" page={page} next={data.cursor} go={go} />
    </>
  );
}
