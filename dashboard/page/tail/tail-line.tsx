import type { JSX } from 'preact';
import { REASONS } from '../model/flush-reasons.ts';
import { counted, duration } from '../model/format.ts';
import type { JobEvent } from '../model/job-events.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { Name } from '../parts/name.tsx';
import { Clock } from '../parts/times.tsx';

const BADGES: Readonly<Record<JobEvent['kind'], string>> = {
  flushed: '',
  'attempt failed': 'retrying',
  completed: 'completed',
  failed: 'failed',
  dead: 'dead',
};

/** One event: when, what, of which job, and what there is to say of it. */
export function TailLine({
  event: { kind, at, job, error },
  named,
}: {
  readonly event: JobEvent;
  /** Whether its batch has to be named. */
  readonly named: boolean;
}): JSX.Element {
  return (
    <li>
      <span class="muted">
        <Clock at={at} />
      </span>
      <span class={`badge ${BADGES[kind]}`}>{kind}</span>
      <a class="mono" href={toHash({ view: 'job', job: job.id })}>
        {shortId(job.id)}
      </a>
      {named && (
        <a href={toHash({ view: 'batch', batch: job.batch })}>
          <Name value={job.batch} />
        </a>
      )}
      {job.group !== undefined && <Name value={job.group} />}
      {error === undefined ? (
        <span class="muted">{saysOf(kind, job)}</span>
      ) : (
        <span class="error-line">
          <Name value={error} />
        </span>
      )}
    </li>
  );
}

function saysOf(kind: JobEvent['kind'], job: JobEvent['job']): string {
  const { counts, flushReason, startedAt, finishedAt } = job;
  if (kind === 'flushed') {
    return `at most ${counted(counts.slots, 'item')}, ${REASONS[flushReason]}`;
  }
  if (startedAt === undefined || finishedAt === undefined) return '';
  return `${counted(counts.items ?? counts.slots, 'item')} in ${duration(Date.parse(finishedAt) - Date.parse(startedAt))}`;
}
