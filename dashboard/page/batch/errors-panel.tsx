import type { JSX } from 'preact';
import type { JobFailure } from '../api/contract.ts';
import { toHash } from '../model/route.ts';
import { JobBadge } from '../parts/badge.tsx';
import { Name } from '../parts/name.tsx';
import { Panel } from '../parts/panel.tsx';
import { Ago } from '../parts/times.tsx';

/** The last things that went wrong, each leading to its job. */
export function ErrorsPanel({
  batch,
  errors,
}: {
  readonly batch: string;
  readonly errors: readonly JobFailure[];
}): JSX.Element | null {
  if (errors.length === 0) return null;
  return (
    <Panel
      id="errors"
      title="Last errors"
      aside={<a href={toHash({ view: 'errors', batch })}>All, by what they say</a>}
    >
      <ul class="errors">
        {errors.map(({ job, group, at, message, status }) => (
          <li key={`${job} ${at}`}>
            <a href={toHash({ view: 'job', job })}>
              <Name value={message} />
            </a>
            <span class="error-foot muted">
              <JobBadge status={status} />
              <span>
                <Ago at={at} /> ago
              </span>
              {group !== undefined && <Name value={group} />}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
