import type { JSX } from 'preact';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { Loading } from '../parts/notice.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { ItemsPanel } from './items-panel.tsx';
import { JobHead } from './job-head.tsx';
import { JobMissing } from './job-missing.tsx';
import { JobNow } from './job-now.tsx';
import { LogPanel } from './log-panel.tsx';
import { ResultPanel } from './result-panel.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { TimingsPanel } from './timings-panel.tsx';

/** A finished job changes only when an operator redrives or purges it. */
const FINISHED_EVERY_MS = 5_000;

/** One job: what it is doing or why it failed, its timeline, its times, its result and its items. */
export function JobView({
  id,
  item,
}: {
  readonly id: string;
  /** A text that its items are looked through for. */
  readonly item?: string | undefined;
}): JSX.Element {
  const { data: job, problem } = useLive(
    requestTo('GET /v1/jobs/{job}', { job: id }),
    ({ finishedAt, status }) =>
      finishedAt !== undefined && status !== 'retrying' ? FINISHED_EVERY_MS : 1_000,
  );
  if (problem) return <JobMissing id={id} problem={problem} />;
  if (!job) return <Loading />;
  return (
    <>
      <JobHead job={job} />
      <JobNow job={job} />
      <div class="columns">
        <div class="main-column">
          <TimelinePanel job={job} />
          <ResultPanel job={job} />
          <LogPanel job={job} />
          <ItemsPanel job={job} text={item} />
        </div>
        <div class="side-column">
          <TimingsPanel job={job} />
          <FactsPanel job={job} />
        </div>
      </div>
    </>
  );
}
