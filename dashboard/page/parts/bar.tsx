import type { JSX } from 'preact';
import { percentage } from '../model/format.ts';

interface BarProps {
  readonly part: number;
  readonly whole: number;
  /** Says what the bar shows to those who do not see it; others read it beside the bar. */
  readonly label: string;
}

/** How full something is. */
export function FillBar({ part, whole, label }: BarProps): JSX.Element {
  const percent = percentage(part, whole);
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in its own way
    <span
      class={percent >= 100 ? 'bar full' : 'bar'}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}

/** How far something is. */
export function ProgressBar({
  percent,
  label,
}: {
  readonly percent: number;
  readonly label: string;
}): JSX.Element {
  const within = percentage(percent, 100);
  return (
    <span
      class="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(within)}
    >
      <span style={{ width: `${within}%` }} />
    </span>
  );
}
