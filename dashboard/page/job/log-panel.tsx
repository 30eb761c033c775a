import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { deployment } from '../live/deployment.ts';
import { useStore } from '../live/store.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Panel } from '../parts/panel.tsx';

/** The name of every stack in one process. */
const LOCAL = 'local';

/** Where the job's log lines are: its handler's, and the line at the end of each attempt. */
export function LogPanel({ job: { id, batch } }: { readonly job: JobInfo }): JSX.Element | null {
  const name = useStore(deployment);
  if (name === undefined) return null;
  if (name === LOCAL) {
    return (
      <Panel id="log" title="Log lines">
        <p class="panel-body muted">They are in the output of the process that runs this stack.</p>
      </Panel>
    );
  }
  const query = `fields @timestamp, level, message, attempt, data.durationMs\n| filter job = "${id}"\n| sort @timestamp`;
  return (
    <Panel id="log" title="Log lines" aside={<CopyButton text={() => query} what="the query" />}>
      <div class="whole-text">
        <p class="muted">
          Run this query in CloudWatch Logs Insights, over the log group of the consumer of {batch}.
        </p>
        <pre>{query}</pre>
      </div>
    </Panel>
  );
}
