import type { ComponentChildren, JSX } from 'preact';

/** A number that matters, with its name. */
export function Stat({
  name,
  children,
  tone,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly tone?: 'bad' | 'warn' | undefined;
}): JSX.Element {
  return (
    <div class={tone === undefined ? 'stat' : `stat ${tone}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export const Stats = ({ children }: { readonly children: ComponentChildren }): JSX.Element => (
  <dl class="stats">{children}</dl>
);
