import type { JSX } from 'preact';
import { type BatchStatus, JOB_STATUSES } from '../api/contract.ts';
import { shortCount } from '../model/format.ts';
import { type JobFilter, without } from '../model/job-filter.ts';
import { toHash } from '../model/route.ts';
import { STATUS_NAMES } from '../parts/badge.tsx';

/** Jobs by their status, with how many there are of the batch's. */
export function StatusTabs({
  batch: { batch, jobs },
  filter,
}: {
  readonly batch: BatchStatus;
  readonly filter: JobFilter;
}): JSX.Element {
  const rest = without(filter, 'status');
  return (
    <nav class="tabs" aria-label="Jobs by status">
      <a
        href={toHash({ view: 'batch', batch, ...rest })}
        aria-current={filter.status === undefined ? 'page' : undefined}
      >
        All
      </a>
      {JOB_STATUSES.map(each => (
        <a
          key={each}
          class={each}
          href={toHash({ view: 'batch', batch, ...rest, status: each })}
          aria-current={each === filter.status ? 'page' : undefined}
        >
          {STATUS_NAMES[each]}
          {jobs[each] > 0 && <span class="tab-count">{shortCount(jobs[each])}</span>}
        </a>
      ))}
    </nav>
  );
}
