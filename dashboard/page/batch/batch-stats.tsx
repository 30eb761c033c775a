import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { nextDeadline } from '../model/batch-health.ts';
import { count } from '../model/format.ts';
import { lastMinute } from '../model/last-minute.ts';
import { RateStats } from '../parts/rate-stats.tsx';
import { Stat, Stats } from '../parts/stat.tsx';
import { Ago, Until } from '../parts/times.tsx';

/** What a batch holds and does now. */
export function BatchStats({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const { buffers, paused } = batch;
  const deadline = nextDeadline(batch);
  return (
    <Stats>
      <Stat name="Buffered">
        {count(buffers.items)}
        {buffers.capped && '+'}
      </Stat>
      <Stat name="Oldest item">{buffers.oldestItemAt ? <Ago at={buffers.oldestItemAt} /> : '–'}</Stat>
      <Stat name="Next flush">{deadline ? paused ? 'held' : <Until at={deadline} /> : '–'}</Stat>
      <RateStats figures={lastMinute([batch])} />
    </Stats>
  );
}
