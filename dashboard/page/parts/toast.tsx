import type { JSX } from 'preact';
import { createStore, useStore } from '../live/store.ts';

const SHOWN_MS = 6_000;

const toast = createStore<string | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what has been done, in a corner and to screen readers. */
export function say(text: string): void {
  clearTimeout(timer);
  toast.set(text);
  timer = setTimeout(() => toast.set(undefined), SHOWN_MS);
}

export function Toast(): JSX.Element {
  const text = useStore(toast);
  return (
    <output class={text === undefined ? 'toast' : 'toast shown'} aria-live="polite">
      {text}
    </output>
  );
}
