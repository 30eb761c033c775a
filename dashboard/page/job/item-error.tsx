import type { JSX } from 'preact';
import type { JobItem } from '../api/contract.ts';

/** Why an item has failed; pressed, where. */
export function ItemError({ error }: { readonly error: NonNullable<JobItem['error']> }): JSX.Element {
  const { name, message, stack } = error;
  const said = (
    <>
      <bdi>{name}</bdi>: {message}
    </>
  );
  if (stack === undefined) return <p class="item-error">{said}</p>;
  return (
    <details class="item-error">
      <summary>{said}</summary>
      <pre>{stack}</pre>
    </details>
  );
}
