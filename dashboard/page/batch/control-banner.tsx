import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BatchStatus, DrainReport } from '../api/contract.ts';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { Ago, Clock } from '../parts/times.tsx';

/** Says that a batch is held up on purpose: paused, or draining and how far. */
export function ControlBanner({ batch }: { readonly batch: BatchStatus }): JSX.Element | null {
  const [drained, setDrained] = useState(batch.draining);
  useEffect(() => {
    if (batch.draining) setDrained(true);
    else if (!batch.paused) setDrained(false);
  }, [batch.draining, batch.paused]);
  // the result of a drain is shown if it ended while the page was open
  const { data: report } = useLive(
    drained ? requestTo('GET /v1/batches/{batch}/drain', { batch: batch.batch }) : undefined,
    ({ state }) => (state === 'draining' ? 1_000 : 10_000),
  );

  if (drained && report) return <DrainBanner report={report} />;
  if (!batch.paused && !batch.ingestionPaused) return null;
  return (
    <div class="banner paused">
      <p>
        <strong>{batch.paused ? 'Paused' : 'Not taking items'}</strong>
        {batch.since !== undefined && (
          <>
            {' '}
            since <Clock at={batch.since} />
          </>
        )}
        . {batch.paused && 'Nothing is flushed or run; what is buffered is kept. '}
        {batch.ingestionPaused ? 'New items are refused.' : 'New items still gather.'}{' '}
        <a href={toHash({ view: 'actions', batch: batch.batch })}>Who did it</a>
      </p>
    </div>
  );
}

function DrainBanner({ report }: { readonly report: DrainReport }): JSX.Element {
  const { state, flushed, completed, failed, dead, left, startedAt } = report;
  const title = { draining: 'Draining', drained: 'Drained', timed_out: 'Draining gave up' }[state];
  const unfinished =
    left &&
    [
      counted(left.items, 'buffered item'),
      ...(['waiting', 'active', 'retrying', 'parked'] as const)
        .filter(status => left[status] > 0)
        .map(status => `${left[status]} ${status}`),
    ].join(', ');
  return (
    <div class={`banner ${state === 'timed_out' ? 'lost' : 'draining'}`}>
      <p>
        <strong role="status">{title}</strong>
        {state === 'draining' && (
          <>
            {' '}
            for <Ago at={startedAt} />
          </>
        )}
        . {counted(flushed, 'job')} flushed, {completed} completed, {failed} failed, {dead} dead.
        {unfinished && ` Left: ${unfinished}.`}
        {state !== 'draining' && ' The batch is paused.'}
      </p>
    </div>
  );
}
