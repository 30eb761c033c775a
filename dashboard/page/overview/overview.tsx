import type { JSX } from 'preact';
import type { BatchStatus } from '../api/contract.ts';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { totals } from '../model/batch-health.ts';
import { count } from '../model/format.ts';
import { lastHour } from '../model/last-hour.ts';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { RateStats } from '../parts/rate-stats.tsx';
import { Stat, Stats } from '../parts/stat.tsx';
import { ThroughputChart } from '../parts/throughput-chart.tsx';
import { BatchesTable } from './batches-table.tsx';

/** All batches at a glance. */
export function Overview(): JSX.Element {
  const { data, problem } = useLive(requestTo('GET /v1/batches', {}));
  if (problem)
    return (
      <Notice title="The batches cannot be shown" tone="bad">
        {problem.message}
      </Notice>
    );
  if (!data) return <Loading />;
  return (
    <>
      <div class="view-head">
        <h1>Batches</h1>
      </div>
      {data.batches.length === 0 ? (
        <Notice title="This deployment has no batches">
          <p>
            Define one with <code>batch()</code> and export it from <code>batches/index.ts</code>.
          </p>
        </Notice>
      ) : (
        <>
          <OverviewStats batches={data.batches} />
          <BatchesTable batches={data.batches} />
          <Panel id="throughput" title="Throughput" note="items of all batches">
            <ThroughputChart minutes={lastHour(data.batches)} />
          </Panel>
        </>
      )}
    </>
  );
}

function OverviewStats({ batches }: { readonly batches: readonly BatchStatus[] }): JSX.Element {
  const all = totals(batches);
  return (
    <Stats>
      <Stat name="Failed or dead" tone={all.failed > 0 ? 'bad' : undefined}>
        {count(all.failed)}
      </Stat>
      <Stat name="Retrying" tone={all.retrying > 0 ? 'warn' : undefined}>
        {count(all.retrying)}
      </Stat>
      <Stat name="Waiting">{count(all.waiting)}</Stat>
      <Stat name="Active">{count(all.active)}</Stat>
      <Stat name="Buffered">{count(all.buffered)}</Stat>
      <RateStats figures={all.lastMinute} />
    </Stats>
  );
}
