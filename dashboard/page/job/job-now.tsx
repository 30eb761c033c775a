import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { ProgressBar } from '../parts/bar.tsx';
import { Name } from '../parts/name.tsx';
import { Ago, Clock, Until } from '../parts/times.tsx';

/** What a job is doing now, or the error that ended it. */
export function JobNow({ job }: { readonly job: JobInfo }): JSX.Element | null {
  const { status, error, progress, nextAttemptAt } = job;
  if (status === 'active') {
    if (progress === undefined) return null;
    return (
      <div class="panel now">
        <p class="now-progress">
          <ProgressBar percent={progress.percent} label="Progress" />
          <span class="percent">{Math.round(progress.percent)}%</span>
          {progress.label !== undefined && <Name value={progress.label} />}
          <span class="muted said">
            reported <Ago at={progress.at} /> ago
          </span>
        </p>
      </div>
    );
  }
  if (status === 'parked') {
    return (
      <div class="banner paused">
        <p>
          <strong>Parked.</strong> It runs when its batch resumes, and no attempt is used up.
        </p>
      </div>
    );
  }
  if (error === undefined && status !== 'retrying') return null;
  return (
    <div class={`banner ${status === 'retrying' ? 'retrying' : 'lost'}`}>
      <div class="error-text">
        {error && (
          <>
            <strong>
              <bdi>{error.name}</bdi>
            </strong>
            <pre>{error.message}</pre>
          </>
        )}
        {status === 'retrying' && nextAttemptAt !== undefined && (
          <p>
            Next attempt in <Until at={nextAttemptAt} past="a moment" />, at <Clock at={nextAttemptAt} />.
          </p>
        )}
      </div>
    </div>
  );
}
