import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { nextDeadline } from '../model/batch-health.ts';
import { count } from '../model/format.ts';
import { lastMinute } from '../model/rate.ts';
import { Stat, Stats } from '../parts/stat.tsx';
import { Ago, Until } from '../parts/times.tsx';

/** What a batch holds and does now. */
export function BatchStats({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const { buffers, options, paused } = batch;
  const minute = lastMinute([batch]);
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
      <Stat name="Completed in 60 s">{count(minute.items)}</Stat>
      <Stat name="Batches in 60 s">{count(minute.batches)}</Stat>
    </Stats>
  );
}
