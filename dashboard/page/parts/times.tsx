import type { JSX } from 'preact';
import { useNow } from '../live/use-now.ts';
import { clockTime, seconds } from '../model/format.ts';

/** How long ago, counting; the exact time rests under the pointer. */
export function Ago({ at }: { readonly at: string }): JSX.Element {
  const now = useNow();
  return (
    <time dateTime={at} title={at}>
      {seconds(now - Date.parse(at))}
    </time>
  );
}

/** How long until then, counting down; `past` once it is over. */
export function Until({ at, past = 'due' }: { readonly at: string; readonly past?: string }): JSX.Element {
  const left = Date.parse(at) - useNow();
  return (
    <time dateTime={at} title={at} class={left <= 0 ? 'due' : undefined}>
      {left <= 0 ? past : seconds(left)}
    </time>
  );
}

/** The time of day. */
export function Clock({ at }: { readonly at: string }): JSX.Element {
  return (
    <time dateTime={at} title={at}>
      {clockTime(at, useNow())}
    </time>
  );
}
