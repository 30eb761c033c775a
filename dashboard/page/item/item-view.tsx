import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { PlacesTable } from './places-table.tsx';

/** A search reads up to 200 jobs, and an item moves on with the flush of its window alone. */
const EVERY_MS = 30_000;

interface ItemKey {
  readonly batch: string;
  readonly item?: string;
  readonly group?: string;
}

/** Finds an item of a batch by its dedup key. */
export function ItemView({ batch, item, group }: ItemKey): JSX.Element {
  const { data: status, problem } = useLive(requestTo('GET /v1/batches/{batch}', { batch }));
  const grouped = status?.options.grouped ?? false;
  const isComplete = item !== undefined && (!grouped || group !== undefined);
  return (
    <>
      <ViewHead batch={batch} title="Find an item" />
      {problem && (
        <Notice title="This batch cannot be shown" tone="bad">
          {problem.message}
        </Notice>
      )}
      {!status && !problem && <Loading />}
      {status && (
        <Panel id="key" title="By its dedup key" note="as deduplicateBy gives it">
          <KeyForm batch={batch} item={item} group={group} grouped={grouped} />
        </Panel>
      )}
      {status && isComplete && <Places key={`${item} ${group}`} batch={batch} item={item} group={group} />}
    </>
  );
}

function KeyForm({
  batch,
  item,
  group,
  grouped,
}: {
  readonly batch: string;
  readonly item: string | undefined;
  readonly group: string | undefined;
  readonly grouped: boolean;
}): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const asked = { item: String(said.get('item')), ...(grouped && { group: String(said.get('group')) }) };
    location.hash = toHash({ view: 'item', batch, ...asked });
  };
  return (
    <form class="filter-form" aria-label="Find an item" onSubmit={submit}>
      <div>
        <label htmlFor="item-key">Key</label>
        <input id="item-key" name="item" type="text" required autocomplete="off" defaultValue={item ?? ''} />
      </div>
      {grouped && (
        <div>
          <label htmlFor="item-group">Group</label>
          <input id="item-group" name="group" type="text" autocomplete="off" defaultValue={group ?? ''} />
        </div>
      )}
      <button type="submit" class="button primary">
        Find
      </button>
    </form>
  );
}

function Places({
  batch,
  item,
  group,
}: {
  readonly batch: string;
  readonly item: string;
  readonly group: string | undefined;
}): JSX.Element {
  const [page, setPage] = useState<readonly string[]>([]);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/find', { batch, key: item, group, cursor: page.at(-1) }),
    () => EVERY_MS,
  );
  if (problem) {
    return (
      <Notice title="This could not be looked for" tone="bad">
        {problem.message}
      </Notice>
    );
  }
  if (!data) return <Loading />;
  const { places, looked, cursor } = data;
  return (
    <Panel id="places" title="Where it is" note={`of what is buffered and of ${counted(looked, 'job')}`}>
      {places.length === 0 ? (
        <Notice title="No item with this key">
          {cursor === undefined
            ? 'Nothing that is buffered has it, and no job.'
            : 'Nothing that is buffered has it, and none of these jobs. The next page looks at older ones.'}
        </Notice>
      ) : (
        <PlacesTable places={places} item={item} />
      )}
      <Pager what="jobs" page={page} next={cursor} go={setPage} />
    </Panel>
  );
}
