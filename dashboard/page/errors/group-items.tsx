import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobItem } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { ItemError } from '../job/item-error.tsx';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { ItemJson } from '../parts/item-json.tsx';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { TableHead } from '../parts/table-head.tsx';

/** Items that are shown: a look, and not all. */
const MOST = 100;

interface Shown {
  readonly items: readonly (JobItem & { readonly job: string })[];
  readonly problem?: string;
}

/** The items that an error was said of: those with an error of their own that says so, and of others those that are left. */
export function GroupItems({
  says,
  jobs,
}: {
  readonly says: string;
  /** The latest of the group. */
  readonly jobs: readonly string[];
}): JSX.Element {
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    setShown(await itemsOf(jobs, says));
    setBusy(false);
  };
  return (
    <Panel id="items" title="Items" note={`of the latest ${counted(jobs.length, 'job')}`}>
      {shown === undefined && (
        <p class="panel-body">
          <button type="button" class="button" disabled={busy} onClick={load}>
            {busy ? 'Reading …' : 'Show the items'}
          </button>
        </p>
      )}
      {shown?.problem !== undefined && (
        <Notice title="The items cannot be shown" tone="bad">
          {shown.problem}
        </Notice>
      )}
      {shown?.items.length === 0 && shown.problem === undefined && <Notice title="No item has this error" />}
      {shown !== undefined && shown.items.length > 0 && (
        <table class="items">
          <caption class="visually-hidden">Items with this error</caption>
          <TableHead columns={[{ name: 'Job', class: 'state' }, 'Item']} />
          <tbody>
            {shown.items.map(({ job, index, item, error }) => (
              <tr key={`${job} ${index}`}>
                <td class="state">
                  <a class="mono" href={toHash({ view: 'job', job })}>
                    {shortId(job)}
                  </a>
                </td>
                <td>
                  <ItemJson item={item} />
                  {error && <ItemError error={error} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

async function itemsOf(ids: readonly string[], says: string): Promise<Shown> {
  const found: (JobItem & { readonly job: string })[] = [];
  try {
    for (const job of ids) {
      const { items: own = [] } = await call('GET /v1/jobs/{job}', { job, items: true, says });
      const items = own.length > 0 ? own : await withoutError(job);
      found.push(...items.map(item => ({ ...item, job })));
      if (found.length >= MOST) break;
    }
    return { items: found.slice(0, MOST) };
  } catch (error) {
    return { items: found, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The items that a job has left and says nothing about: an attempt that died names no item. */
async function withoutError(job: string): Promise<readonly JobItem[]> {
  const { items = [] } = await call('GET /v1/jobs/{job}', { job, items: true });
  return items.filter(({ state, error }) => state !== 'done' && error === undefined);
}
