import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { canRedrive } from '../actions/job-questions.ts';
import type { JobInfo } from '../api/contract.ts';
import { counted } from '../model/format.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ItemsTable } from './items-table.tsx';
import { useItems } from './use-items.ts';

/**
 * Shows the job's items. Reading them takes long, so that the page asks for them once, when the user opens the panel, and
 * again when the job has gone on. A failed job shows them at once.
 */
export function ItemsPanel({
  job,
  text,
}: {
  readonly job: JobInfo;
  /** What the items are looked through for at first. */
  readonly text: string | undefined;
}): JSX.Element {
  const [wanted, setWanted] = useState(text !== undefined || canRedrive(job.status));
  const version = `${job.id} ${job.status} ${job.attempt} ${job.counts.done}`;
  const { items, more, problem } = useItems(job.id, version, wanted);
  const slots = job.counts.items ?? job.counts.slots;
  return (
    <Panel id="items" title="Items" note={counted(slots, 'item')}>
      {!wanted && (
        <p class="panel-body">
          <button type="button" class="button" onClick={() => setWanted(true)}>
            Show the items
          </button>
        </p>
      )}
      {problem !== undefined && (
        <Notice title="The items cannot be shown" tone="bad">
          {problem}
        </Notice>
      )}
      {wanted && items === undefined && problem === undefined && <Loading />}
      {items?.length === 0 && more === undefined && (
        <Notice title="No items are kept">They have been removed with the window.</Notice>
      )}
      {items !== undefined && items.length > 0 && <ItemsTable items={items} text={text} />}
      {items !== undefined && job.itemErrorsLeftOut !== undefined && (
        <p class="panel-body muted">
          The errors of {counted(job.itemErrorsLeftOut, 'more item')} did not fit into the job’s record.
        </p>
      )}
      {more !== undefined && (
        <p class="panel-body">
          <button type="button" class="button" onClick={more}>
            Load more of the items
          </button>
        </p>
      )}
    </Panel>
  );
}
