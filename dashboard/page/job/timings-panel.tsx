import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { useNow } from '../live/use-now.ts';
import { duration } from '../model/format.ts';
import { phases, sumPhases } from '../model/timings.ts';
import { Panel } from '../parts/panel.tsx';
import { Clock } from '../parts/times.tsx';
import { phaseClass } from './timeline-panel.tsx';

/** Where the job's time went in all, and the times that stand in no line of its timeline. */
export function TimingsPanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const moments: [string, string | undefined][] = [
    ['Deadline of its window', job.deadline],
    ['Latest attempt began', job.startedAt],
    ['Next attempt', job.nextAttemptAt],
    ['Locked until', job.lockedUntil],
  ];
  return (
    <Panel id="timings" title="Times">
      <ol class="phase-list">
        {sumPhases(phases(job, useNow())).map(part => (
          <li key={part.name}>
            <span class={`key ${phaseClass(part)}`} />
            <span>{part.name}</span>
            <span class="number">{duration(part.ms)}</span>
          </li>
        ))}
      </ol>
      <dl class="options">
        {moments.map(
          ([name, at]) =>
            at !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <Clock at={at} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </Panel>
  );
}
