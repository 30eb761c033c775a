import type { JSX } from 'preact';

/**
 * A group's key, a label or a message: anybody's text, in any script and of any length. Always text; cut off by the
 * style sheet alone, so that it is whole for a screen reader, a search in the page and the pointer that rests on it.
 */
export function Name({
  value,
  mono = false,
}: {
  readonly value: string;
  readonly mono?: boolean;
}): JSX.Element {
  if (value === '') return <span class="muted">(empty)</span>;
  return (
    <bdi class={mono ? 'name mono' : 'name'} title={value}>
      {value}
    </bdi>
  );
}
