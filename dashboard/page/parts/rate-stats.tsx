import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { count } from '../model/format.ts';
import { Stat } from './stat.tsx';

/** Items that were added, flushed, completed and failed in the last 60 seconds. */
export function RateStats({
  figures: { added, flushed, completed, failed },
}: {
  readonly figures: BatchStatus['throughput']['lastMinute'];
}): JSX.Element {
  return (
    <>
      {added !== undefined && <Stat name="Added / min">{count(added)}</Stat>}
      <Stat name="Flushed / min">{count(flushed)}</Stat>
      <Stat name="Completed / min">{count(completed)}</Stat>
      <Stat name="Failed / min" tone={failed > 0 ? 'bad' : undefined}>
        {count(failed)}
      </Stat>
    </>
  );
}
