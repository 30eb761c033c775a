import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { nextDeadline } from '../model/batch-health.ts';
import { count } from '../model/format.ts';
import { lastWholeMinute } from '../model/last-hour.ts';
import { Stat, Stats } from '../parts/stat.tsx';
import { Ago, Until } from '../parts/times.tsx';

/** What a batch holds and does now. */
export function BatchStats({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const { buffers, options, paused } = batch;
  const minute = lastWholeMinute([batch]);
  const deadline = nextDeadline(batch);
  return (
    <Stats>
      <Stat name="Buffered items">
        {count(buffers.items)}
        {buffers.capped && '+'}
      </Stat>
      <Stat name={options.grouped ? 'Open groups' : 'Open buffers'}>
        {count(buffers.open)}
        {buffers.capped && '+'}
      </Stat>
      <Stat name="Oldest item">{buffers.oldestItemAt ? <Ago at={buffers.oldestItemAt} /> : '–'}</Stat>
      <Stat name="Next flush">{deadline ? paused ? 'held' : <Until at={deadline} /> : '–'}</Stat>
      <Stat name="Items / min">{count(minute?.items ?? 0)}</Stat>
      <Stat name="Batches / min">{count(minute?.batches ?? 0)}</Stat>
    </Stats>
  );
}
