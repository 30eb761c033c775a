import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { nextDeadline } from '../model/batch-health.ts';
import { count, counted } from '../model/format.ts';
import { lastHour } from '../model/last-hour.ts';
import { toHash } from '../model/route.ts';
import { BatchBadge } from '../parts/badge.tsx';
import { FillBar } from '../parts/bar.tsx';
import { Name } from '../parts/name.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { numbers, TableHead } from '../parts/table-head.tsx';
import { Until } from '../parts/times.tsx';
import { useSteadyOrder } from './use-steady-order.ts';

const COUNTS = ['waiting', 'active', 'retrying', 'parked'] as const;
const COUNT_NAMES = {
  waiting: 'Waiting',
  active: 'Active',
  retrying: 'Retrying',
  parked: 'Parked',
} as const;

/** A row for each batch: what it holds, what it does and what went wrong. Trouble comes first. */
export function BatchesTable({ batches }: { readonly batches: readonly BatchStatus[] }): JSX.Element {
  const { rows, around } = useSteadyOrder(batches);
  return (
    <div class="panel" {...around}>
      <table class="cards batches">
        <caption class="visually-hidden">Batches of this deployment, trouble first</caption>
        <TableHead
          columns={[
            'Batch',
            'State',
            'Buffered',
            numbers('Next flush'),
            ...COUNTS.map(status => numbers(COUNT_NAMES[status])),
            numbers('Failed'),
            'Last hour',
          ]}
        />
        <tbody>
          {rows.map(batch => (
            <Row key={batch.batch} batch={batch} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const { jobs } = batch;
  const failed = jobs.failed + jobs.dead;
  const here = { view: 'batch', batch: batch.batch } as const;
  const deadline = nextDeadline(batch);
  return (
    <tr>
      <th scope="row" class="title">
        <a href={toHash(here)}>
          <Name value={batch.batch} />
        </a>
      </th>
      <td class="state">
        <BatchBadge control={batch} />
      </td>
      <td class="fill">
        <Fill batch={batch} />
      </td>
      <td class="number" data-name="Next flush">
        {deadline === undefined ? (
          <span class="zero">–</span>
        ) : batch.paused ? (
          'held'
        ) : (
          <Until at={deadline} />
        )}
      </td>
      {COUNTS.map(status => (
        <td key={status} class="number" data-name={COUNT_NAMES[status]}>
          {jobs[status] === 0 ? (
            <Nothing />
          ) : (
            <a class={`count ${status}`} href={toHash({ ...here, status })}>
              {count(jobs[status])}
            </a>
          )}
        </td>
      ))}
      <td class="number" data-name="Failed">
        {failed === 0 ? (
          <Nothing />
        ) : (
          <a class="count dead" href={toHash({ ...here, status: jobs.dead > 0 ? 'dead' : 'failed' })}>
            {count(failed)}
            {jobs.capped && '+'}
          </a>
        )}
      </td>
      <td class="spark">
        <Sparkline minutes={lastHour([batch])} />
      </td>
    </tr>
  );
}

/** A zero is nothing to look at. */
const Nothing = (): JSX.Element => <span class="zero">0</span>;

/** How full the open buffers are, taken together: what is buffered of what they would hold. */
function Fill({ batch: { buffers, options } }: { readonly batch: BatchStatus }): JSX.Element {
  const whole = Math.max(1, buffers.open) * options.maxSize;
  return (
    <span class="fill-cell">
      <FillBar part={buffers.items} whole={whole} label="Fill of the open buffers" />
      <span>
        {count(buffers.items)} <span class="muted">/ {count(whole)}</span>
        {options.grouped && <span class="muted"> in {counted(buffers.open, 'group')}</span>}
      </span>
    </span>
  );
}
