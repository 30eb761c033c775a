import type { JSX } from 'preact';
import type { JobInfo, JobLog } from '../api/contract.ts';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { Clock } from '../parts/times.tsx';
import { LogData } from './log-data.tsx';

/** The job's log lines: its handler's, and one at the end of each attempt. Of a deployment, where they are. */
export function LogPanel({ job: { id, status } }: { readonly job: JobInfo }): JSX.Element | null {
  const { data } = useLive(requestTo('GET /v1/jobs/{job}/log', { job: id }), () =>
    status === 'active' ? 1_000 : 5_000,
  );
  if (data === undefined) return null;
  const { lines, cloudwatch } = data;
  if (lines !== undefined) {
    return (
      <Panel id="log" title="Log lines">
        {lines.length === 0 ? <Notice title="No log line about this job" /> : <Lines lines={lines} />}
      </Panel>
    );
  }
  return cloudwatch === undefined ? null : <InCloudWatch place={cloudwatch} />;
}

function Lines({ lines }: { readonly lines: NonNullable<JobLog['lines']> }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll tall" tabIndex={0} aria-label="Lines">
      <ol class="log-lines">
        {lines.map(({ at, level, message, attempt, data }, index) => (
          // lines are only added
          <li key={index} class={level}>
            <span class="muted">
              <Clock at={at} />
            </span>
            <span class="level">{level}</span>
            {attempt !== undefined && <span class="muted">attempt {attempt}</span>}
            <span class="log-message">
              {message} {data !== undefined && <LogData data={data} />}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function InCloudWatch({ place }: { readonly place: NonNullable<JobLog['cloudwatch']> }): JSX.Element {
  const { logGroup, query, from, to, url } = place;
  return (
    <Panel id="log" title="Log lines" note="in CloudWatch Logs">
      <div class="whole-text">
        <p class="muted">
          Run this query in Logs Insights, from <Clock at={from} /> to <Clock at={to} />, over the log group{' '}
          <code>{logGroup}</code>. <CopyButton text={() => logGroup} what="the log group" />
        </p>
        <pre>{query}</pre>
        <CopyButton text={() => query} what="the query" />
        {url !== undefined && (
          <a class="button small" href={url} target="_blank" rel="noreferrer">
            Open in Logs Insights
          </a>
        )}
      </div>
    </Panel>
  );
}
