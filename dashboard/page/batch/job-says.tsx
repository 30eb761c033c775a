import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { REASONS } from '../model/flush-reasons.ts';
import { count, duration } from '../model/format.ts';
import { ProgressBar } from '../parts/bar.tsx';
import { Name } from '../parts/name.tsx';
import { Ago, Until } from '../parts/times.tsx';

/** What there is to say of a job, by its status: its progress, its next attempt, its error or how long it took. */
export function JobSays({ job }: { readonly job: JobInfo }): JSX.Element {
  switch (job.status) {
    case 'active':
      return <Active job={job} />;
    case 'retrying':
      return (
        <span class="line">
          <span class="fixed">
            again in{' '}
            {job.nextAttemptAt === undefined ? 'a moment' : <Until at={job.nextAttemptAt} past="a moment" />}
          </span>
          <ErrorLine job={job} />
          <Attempts job={job} />
        </span>
      );
    case 'failed':
    case 'dead':
      return (
        <span class="line">
          <ErrorLine job={job} />
          <Attempts job={job} />
        </span>
      );
    case 'completed':
      return (
        <span class="muted">
          {job.startedAt && job.finishedAt
            ? `took ${duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt))}`
            : 'done'}
          {job.attempt > 1 && `, at attempt ${count(job.attempt)}`}
        </span>
      );
    default:
      return <span class="muted">flushed {REASONS[job.flushReason]}</span>;
  }
}

function Active({ job: { progress, startedAt } }: { readonly job: JobInfo }): JSX.Element {
  if (progress === undefined) {
    return <span class="muted">{startedAt ? <>for {<Ago at={startedAt} />}</> : 'just begun'}</span>;
  }
  return (
    <span class="line">
      <ProgressBar percent={progress.percent} label="Progress" />
      <span class="percent">{Math.round(progress.percent)}%</span>
      {progress.label !== undefined && <Name value={progress.label} />}
    </span>
  );
}

function ErrorLine({ job: { error, attempts: past } }: { readonly job: JobInfo }): JSX.Element | null {
  const last = error ?? past.findLast(each => each.error !== undefined)?.error;
  if (last === undefined) return null;
  return (
    <span class="error-line">
      <Name value={`${last.name}: ${last.message}`} />
    </span>
  );
}

function Attempts({ job: { attempt, maxAttempts } }: { readonly job: JobInfo }): JSX.Element {
  return (
    <span class="fixed muted">
      <span class="visually-hidden">Attempt </span>
      {count(attempt)}
      {maxAttempts !== undefined && ` of ${count(maxAttempts)}`}
    </span>
  );
}
