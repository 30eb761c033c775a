import type { JSX } from 'preact';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import type { JobFilter } from '../model/job-filter.ts';
import { lastHour } from '../model/last-hour.ts';
import { toHash } from '../model/route.ts';
import { BatchProblem } from '../parts/batch-problem.tsx';
import { Loading } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ThroughputChart } from '../parts/throughput-chart.tsx';
import { BatchHead } from './batch-head.tsx';
import { BatchStats } from './batch-stats.tsx';
import { BuffersPanel } from './buffers-panel.tsx';
import { ControlBanner } from './control-banner.tsx';
import { ErrorsPanel } from './errors-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { OptionsPanel } from './options-panel.tsx';

/** One batch: its control, its buffers and its jobs. */
export function BatchView({
  batch,
  filter,
}: {
  readonly batch: string;
  readonly filter: JobFilter;
}): JSX.Element {
  const { group } = filter;
  const { data, problem } = useLive(requestTo('GET /v1/batches/{batch}', { batch }));
  if (problem) return <BatchProblem problem={problem} />;
  if (!data) return <Loading />;
  return (
    <>
      <BatchHead batch={data} />
      <ControlBanner batch={data} />
      <BatchStats batch={data} />
      {/* charts and errors stand before the jobs, for those who see one column */}
      <div class="columns with-side">
        <div class="main-column">
          <BuffersPanel batch={data} />
        </div>
        <div class="side-column">
          <Panel
            id="throughput"
            title="Throughput"
            aside={
              <a href={toHash({ view: 'charts', batch, ...(group !== undefined && { group }) })}>
                More charts
              </a>
            }
            note={data.throughput.partial ? 'items, of the latest jobs only' : 'items'}
          >
            <ThroughputChart minutes={lastHour([data])} />
          </Panel>
          <ErrorsPanel batch={batch} errors={data.lastErrors} />
          <OptionsPanel options={data.options} />
        </div>
        <div class="main-column">
          <JobsPanel batch={data} filter={filter} />
        </div>
      </div>
    </>
  );
}
