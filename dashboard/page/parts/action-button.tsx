import type { ComponentChildren, JSX } from 'preact';
import { readOnly } from '../live/access.ts';
import { useStore } from '../live/store.ts';
import { ask, type Question } from './question.ts';

/** Asks before it does anything. */
export function ActionButton({
  question,
  label,
  disabled = false,
  tone = 'plain',
  small = false,
  hotkey,
  done,
  children,
}: {
  readonly question: () => Question;
  /** What it says where its text alone would not: `Flush group x`. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly tone?: 'plain' | 'primary' | 'danger';
  readonly small?: boolean;
  /** The key that presses it. */
  readonly hotkey?: string;
  /** Is called when it has been done. */
  readonly done?: () => void;
  readonly children: ComponentChildren;
}): JSX.Element | null {
  // a server that takes no changes is not asked for any
  if (useStore(readOnly)) return null;
  return (
    <button
      type="button"
      class={`button ${tone}${small ? ' small' : ''}`}
      aria-label={label}
      aria-haspopup="dialog"
      aria-keyshortcuts={hotkey}
      disabled={disabled}
      onClick={() => ask(withEnd(question(), done))}
    >
      {children}
    </button>
  );
}

const withEnd = (question: Question, done: (() => void) | undefined): Question => ({
  ...question,
  run: async answers => {
    const said = await question.run(answers);
    done?.();
    return said;
  },
});
