import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { useNow } from '../live/use-now.ts';
import { counted } from '../model/format.ts';
import { type Entry, timeline } from '../model/timeline.ts';
import { type Phase, phases } from '../model/timings.ts';
import { Panel } from '../parts/panel.tsx';
import { TimelineEntry } from './timeline-entry.tsx';

/** A job's life: gathering, waiting, each attempt with its error, the delays between them, and its end. */
export function TimelinePanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const { attempt, maxAttempts, redrives } = job;
  const note = [
    maxAttempts === undefined ? counted(attempt, 'attempt') : `attempt ${attempt} of ${maxAttempts}`,
    ...(redrives > 0 ? [redrives === 1 ? 'redriven once' : `redriven ${redrives} times`] : []),
  ].join(', ');
  return (
    <Panel id="timeline" title="Timeline" note={note}>
      <div class="phases" aria-hidden="true">
        {phases(job, useNow()).map((part, index) => (
          // phases follow each other and stay where they are
          <span key={index} class={phaseClass(part)} style={{ flexGrow: share(part.ms) }} />
        ))}
      </div>
      <ol class="timeline" aria-label="Timeline of this job">
        {timeline(job).map((entry, index) => (
          // so do the entries
          <TimelineEntry key={index} entry={entry} job={job} tone={toneOf(entry, job)} />
        ))}
      </ol>
    </Panel>
  );
}

/** The colour of an entry: that of its phase, or of what came of it. */
function toneOf({ kind, attempt, open }: Entry, { status }: JobInfo): string {
  if (kind === 'attempt') return open ? 'active' : attempt?.outcome === 'succeeded' ? 'good' : 'bad';
  if (kind === 'ended') return status === 'completed' ? 'good' : 'bad';
  return kind;
}

export const phaseClass = ({ name, open }: Phase): string =>
  `phase ${name.replaceAll(' ', '-')}${open ? ' open' : ''}`;

/** Phases of a millisecond and of an hour, both to be seen: by the root of their length. */
const share = (ms: number): number => Math.sqrt(Math.max(1, ms));
