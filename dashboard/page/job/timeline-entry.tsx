import type { ComponentChildren, JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { REASONS } from '../model/flush-reasons.ts';
import { count, counted, duration } from '../model/format.ts';
import type { Entry } from '../model/timeline.ts';
import { STATUS_NAMES } from '../parts/badge.tsx';
import { ProgressBar } from '../parts/bar.tsx';
import { Name } from '../parts/name.tsx';
import { Ago, Clock, Until } from '../parts/times.tsx';

/** One line of a job's timeline: what happened, when, for how long, and what was said. */
export function TimelineEntry({
  entry,
  job,
  tone,
}: {
  readonly entry: Entry;
  readonly job: JobInfo;
  readonly tone: string;
}): JSX.Element {
  const { at, open } = entry;
  return (
    <li class={`entry ${tone}${open ? ' open' : ''}`}>
      <span class="entry-at muted">{at !== undefined && <Clock at={at} />}</span>
      <div class="entry-says">
        <p>
          <strong>{titleOf(entry, job)}</strong> <Length entry={entry} />
        </p>
        <Detail entry={entry} job={job} />
      </div>
    </li>
  );
}

function titleOf({ kind, number = 0, attempt, open }: Entry, { status }: JobInfo): string {
  switch (kind) {
    case 'gathering':
      return 'Gathering';
    case 'waiting':
      return open ? 'Waiting for an attempt' : 'Waiting';
    case 'forgotten':
      return 'Earlier attempts are no longer kept';
    case 'attempt':
      return `Attempt ${count(number)} ${attempt?.outcome ?? 'active'}`;
    case 'delay':
      return open ? 'Waiting for the next attempt' : 'Delay';
    case 'parked':
      return 'Parked while the batch is paused';
    case 'redriven':
      return number > 1 ? `Redriven, time ${count(number)}` : 'Redriven';
    case 'hooks':
      return `onSuccess or onFail threw ${number === 1 ? 'once' : counted(number, 'time')}`;
    default:
      return STATUS_NAMES[status];
  }
}

function Length({ entry: { at, until, open } }: { readonly entry: Entry }): JSX.Element | null {
  if (at === undefined) return null;
  if (open)
    return (
      <span class="muted">
        for <Ago at={at} />
      </span>
    );
  if (until === undefined) return null;
  return <span class="muted">{duration(Date.parse(until) - Date.parse(at))}</span>;
}

function Detail({ entry, job }: { readonly entry: Entry; readonly job: JobInfo }): ComponentChildren {
  const { kind, attempt, open } = entry;
  const { flushReason, progress, nextAttemptAt } = job;
  if (kind === 'gathering') return <p class="muted">flushed {REASONS[flushReason]}</p>;
  if (kind === 'attempt' && open && progress) {
    return (
      <p class="line">
        <ProgressBar percent={progress.percent} label="Progress of this attempt" />
        <span class="percent">{Math.round(progress.percent)}%</span>
        {progress.label !== undefined && <Name value={progress.label} />}
      </p>
    );
  }
  if (kind === 'delay' && open && nextAttemptAt !== undefined) {
    return (
      <p class="muted">
        next attempt in <Until at={nextAttemptAt} past="a moment" />
      </p>
    );
  }
  if (attempt?.error === undefined) return null;
  return (
    <pre class="entry-error">
      <bdi>{attempt.error.name}</bdi>: {attempt.error.message}
    </pre>
  );
}
