import type { JSX } from 'preact';
import { canRedrive } from '../actions/job-questions.ts';
import { redriveSelectedQuestion } from '../actions/selection-questions.ts';
import { useStore } from '../live/store.ts';
import { task } from '../live/task.ts';
import type { ErrorGroup } from '../model/error-groups.ts';
import { count } from '../model/format.ts';
import { ActionButton } from '../parts/action-button.tsx';

/** Redrives the failed and dead jobs that an error was said of. */
export function RedriveGroup({ group: { jobs, key } }: { readonly group: ErrorGroup }): JSX.Element | null {
  const busy = useStore(task)?.state === 'busy';
  const redrivable = jobs.filter(({ status }) => canRedrive(status));
  if (redrivable.length === 0) return null;
  return (
    <ActionButton
      small
      hotkey="r"
      label={`Redrive ${count(redrivable.length)} with ${key}`}
      disabled={busy}
      question={() => redriveSelectedQuestion(redrivable)}
    >
      Redrive {count(redrivable.length)}
    </ActionButton>
  );
}
