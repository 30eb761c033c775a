import type { JSX } from 'preact';
import { redriveGroupQuestion } from '../actions/filter-questions.ts';
import { useStore } from '../live/store.ts';
import { task } from '../live/task.ts';
import { type ErrorGroup, saidBy } from '../model/error-groups.ts';
import { count } from '../model/format.ts';
import { ActionButton } from '../parts/action-button.tsx';

/** Redrives the failed and dead jobs that an error was said of. */
export function RedriveGroup({
  batch,
  group,
}: {
  readonly batch: string;
  readonly group: ErrorGroup;
}): JSX.Element | null {
  const busy = useStore(task)?.state === 'busy';
  if (group.ended === 0) return null;
  return (
    <ActionButton
      small
      hotkey="r"
      label={`Redrive ${count(group.ended)} with ${saidBy(group)}`}
      disabled={busy}
      question={() => redriveGroupQuestion(batch, group)}
    >
      Redrive {count(group.ended)}
    </ActionButton>
  );
}
