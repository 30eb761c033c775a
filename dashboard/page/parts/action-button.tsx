import type { ComponentChildren, JSX } from 'preact';
import { ask, type Question } from './question.ts';

/** Asks before it does anything. */
export function ActionButton({
  question,
  label,
  disabled = false,
  tone = 'plain',
  small = false,
  children,
}: {
  readonly question: () => Question;
  /** What it says where its text alone would not: `Flush group x`. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly tone?: 'plain' | 'primary' | 'danger';
  readonly small?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <button
      type="button"
      class={`button ${tone}${small ? ' small' : ''}`}
      aria-label={label}
      aria-haspopup="dialog"
      disabled={disabled}
      onClick={() => ask(question())}
    >
      {children}
    </button>
  );
}
