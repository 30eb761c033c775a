import type { ComponentChildren, JSX } from 'preact';

/** Why there is nothing to see here, and what to do. */
export function Notice({
  title,
  children,
  tone = 'calm',
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly tone?: 'calm' | 'bad';
}): JSX.Element {
  return (
    <div class={`notice ${tone}`}>
      <p class="notice-title">{title}</p>
      {children && <div>{children}</div>}
    </div>
  );
}

/** Shows itself only when waiting takes long enough to be noticed. */
export const Loading = (): JSX.Element => (
  <p class="loading" aria-live="polite">
    Loading …
  </p>
);
