import type { JSX } from 'preact';
import {
  canPurgeMatching,
  canRedriveMatching,
  purgeMatchingQuestion,
  redriveMatchingQuestion,
} from '../actions/filter-questions.ts';
import type { BatchStatus } from '../api/contract.ts';
import { useStore } from '../live/store.ts';
import { task } from '../live/task.ts';
import type { JobFilter } from '../model/job-filter.ts';
import { ActionButton } from '../parts/action-button.tsx';

/** What can be done with all jobs that match a filter. */
export function MatchingBar({
  batch,
  filter,
}: {
  readonly batch: BatchStatus;
  readonly filter: JobFilter;
}): JSX.Element | null {
  const busy = useStore(task)?.state === 'busy';
  const { status } = filter;
  const redrive = canRedriveMatching(filter) && batch.jobs.failed + batch.jobs.dead > 0;
  const purge = status !== undefined && canPurgeMatching(filter) && batch.jobs[status] > 0;
  // without a filter, the batch's own buttons are for all
  if (Object.keys(filter).length === 0 || !(redrive || purge)) return null;
  return (
    <div class="filter selection">
      <span>All that match</span>
      {redrive && (
        <ActionButton
          small
          label="Redrive all that match"
          disabled={busy}
          question={() => redriveMatchingQuestion(batch, filter)}
        >
          Redrive
        </ActionButton>
      )}
      {purge && (
        <ActionButton
          small
          tone="danger"
          label="Purge all that match"
          disabled={busy}
          question={() => purgeMatchingQuestion(batch, { ...filter, status })}
        >
          Purge
        </ActionButton>
      )}
    </div>
  );
}
