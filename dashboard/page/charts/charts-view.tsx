import type { JSX } from 'preact';
import type { BatchMetrics, Span } from '../api/contract.ts';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { metricCharts } from '../model/metric-rows.ts';
import { toHash } from '../model/route.ts';
import { SPAN_NAMES, SPANS } from '../model/spans.ts';
import { sumOfRows } from '../model/throughput-rows.ts';
import { Chart } from '../parts/chart.tsx';
import { Choice } from '../parts/choice.tsx';
import { Name } from '../parts/name.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';

const SOURCES: Readonly<Record<BatchMetrics['source'], string>> = {
  process: 'counted by this process since it started',
  records: 'worked out from the latest jobs',
  cloudwatch: 'from CloudWatch',
};

/** How late batches are, how long they take, how large they are, why they were flushed, and what fails, over time. */
export function ChartsView({
  batch,
  group,
  span = 'hour',
}: {
  readonly batch: string;
  readonly group?: string;
  readonly span?: Span;
}): JSX.Element {
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/metrics', { batch, group, span }),
    () => (span === 'hour' ? 5_000 : 60_000),
  );
  const place = { view: 'charts', batch, ...(group !== undefined && { group }) } as const;
  return (
    <>
      <ViewHead
        batch={batch}
        title={
          <>
            Charts{' '}
            {group !== undefined && (
              <span class="muted">
                of <Name value={group} />
              </span>
            )}
          </>
        }
        marks={
          data && (
            <span class="muted">
              {SOURCES[data.source]}
              {data.partial && ', not all of them'}
            </span>
          )
        }
      >
        <Choice
          label="Span of the charts"
          options={SPANS.map(value => ({ value, name: SPAN_NAMES[value] }))}
          chosen={span}
          choose={chosen => {
            location.hash = toHash({ ...place, span: chosen });
          }}
        />
      </ViewHead>
      {problem && (
        <Notice title="The charts cannot be shown" tone="bad">
          {problem.message}
        </Notice>
      )}
      {!data && !problem && <Loading />}
      {data?.notFromCloudWatch !== undefined && <p class="charts-note muted">{data.notFromCloudWatch}</p>}
      {data && <Charts metrics={data} span={span} />}
    </>
  );
}

function Charts({ metrics, span }: { readonly metrics: BatchMetrics; readonly span: Span }): JSX.Element {
  const { steps, items, times, batches, failures } = metricCharts(metrics);
  const over = SPAN_NAMES[span].toLowerCase();
  const reasons = batches.filter(({ front }) => front === undefined);
  return (
    <div class="charts">
      <Panel id="times" title="Lateness and duration" note="from the deadline to the flush; of attempts">
        <Chart label={`Lateness and duration, ${over}`} steps={steps} rows={times} sum={SPAN_NAMES[span]} />
      </Panel>
      <Panel id="failures" title="Failures">
        <Chart
          label={`Failures, ${over}`}
          steps={steps}
          rows={failures}
          sum={`${SPAN_NAMES[span]} · ${sumOfRows(failures)}`}
        />
      </Panel>
      <Panel id="items" title="Items">
        <Chart
          label={`Items, ${over}`}
          steps={steps}
          rows={items}
          sum={`${SPAN_NAMES[span]} · ${sumOfRows(items)}`}
        />
      </Panel>
      <Panel id="sizes" title="Batches" note="their size, and why they were flushed">
        <Chart
          label={`Sizes and flush reasons, ${over}`}
          steps={steps}
          rows={batches}
          sum={[SPAN_NAMES[span], ...(reasons.length > 0 ? [sumOfRows(reasons)] : [])].join(' · ')}
        />
      </Panel>
    </div>
  );
}
