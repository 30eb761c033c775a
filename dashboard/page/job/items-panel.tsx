import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../api/api-problem.ts';
import type { JobInfo, JobItem } from '../api/contract.ts';
import { PATHS } from '../api/paths.ts';
import { request } from '../api/request.ts';
import { counted } from '../model/format.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ItemsTable } from './items-table.tsx';

/**
 * The job's items. Reading them is work, and they stay as they are: they are asked for once, when somebody wants
 * them, and again when the job has gone on. A job that failed shows them at once, since they are the question.
 */
export function ItemsPanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const [wanted, setWanted] = useState(job.status === 'failed' || job.status === 'dead');
  const [items, setItems] = useState<readonly JobItem[] | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const version = `${job.id} ${job.status} ${job.attempt} ${job.counts.done}`;

  useEffect(() => {
    if (!wanted) return undefined;
    const leaving = new AbortController();
    request<JobInfo>({ path: PATHS.jobItems(job.id), signal: leaving.signal }).then(
      answer => {
        setItems(answer.items ?? []);
        setProblem(undefined);
      },
      (error: unknown) => {
        if (error instanceof ApiProblem) setProblem(error.message);
      },
    );
    return () => leaving.abort();
  }, [wanted, version]);

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
      {items?.length === 0 && (
        <Notice title="No items are kept">They have been removed with the window.</Notice>
      )}
      {items !== undefined && items.length > 0 && <ItemsTable items={items} />}
    </Panel>
  );
}
