import type { JSX } from 'preact';
import { canRedrive } from '../actions/job-questions.ts';
import { purgeSelectedQuestion, redriveSelectedQuestion } from '../actions/selection-questions.ts';
import { useStore } from '../live/store.ts';
import { task } from '../live/task.ts';
import { counted } from '../model/format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import type { Selection } from './use-selection.ts';

/** What can be done with the jobs that are chosen. */
export function SelectionBar({ selection }: { readonly selection: Selection }): JSX.Element | null {
  const busy = useStore(task)?.state === 'busy';
  const { jobs, clear } = selection;
  if (jobs.length === 0) return null;
  const redrivable = jobs.some(({ status }) => canRedrive(status));
  return (
    <div class="filter selection">
      <span role="status">{counted(jobs.length, 'job')} chosen</span>
      <ActionButton
        small
        question={() => redriveSelectedQuestion(jobs)}
        disabled={busy || !redrivable}
        label="Redrive the chosen jobs"
        done={clear}
      >
        Redrive
      </ActionButton>
      <ActionButton
        small
        tone="danger"
        question={() => purgeSelectedQuestion(jobs)}
        disabled={busy}
        label="Purge the chosen jobs"
        done={clear}
      >
        Purge
      </ActionButton>
      <button type="button" class="button small quiet" onClick={clear}>
        Clear
      </button>
    </div>
  );
}
