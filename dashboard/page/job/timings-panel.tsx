import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { useNow } from '../live/use-now.ts';
import { duration } from '../model/format.ts';
import { type Phase, phases, sumPhases } from '../model/timings.ts';
import { Panel } from '../parts/panel.tsx';
import { Clock } from '../parts/times.tsx';

/** Where the job's time went, and when what happened. */
export function TimingsPanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const parts = phases(job, useNow());
  const moments: [string, string | undefined][] = [
    ['First item', job.createdAt],
    ['Deadline', job.deadline],
    ['Flushed', job.sealedAt],
    ['Started', job.startedAt],
    ['Finished', job.finishedAt],
    ['Next attempt', job.nextAttemptAt],
    ['Locked until', job.lockedUntil],
  ];
  return (
    <Panel id="timings" title="Times">
      <div class="phases" aria-hidden="true">
        {parts.map((part, index) => (
          // phases follow each other and stay where they are
          <span key={index} class={phaseClass(part)} style={{ flexGrow: share(part.ms) }} />
        ))}
      </div>
      <ol class="phase-list">
        {sumPhases(parts).map(part => (
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

const phaseClass = ({ name, open }: Phase): string =>
  `phase ${name.replaceAll(' ', '-')}${open ? ' open' : ''}`;

/** Phases of a millisecond and of an hour, both to be seen: by the root of their length. */
const share = (ms: number): number => Math.sqrt(Math.max(1, ms));
