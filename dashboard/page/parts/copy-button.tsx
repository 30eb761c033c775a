import type { JSX } from 'preact';
import { say } from './toast.tsx';

/** Copies a text for use elsewhere, and says so. */
export function CopyButton({
  text,
  what,
}: {
  readonly text: () => string;
  /** `the job’s id`. */
  readonly what: string;
}): JSX.Element {
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => say(`Copied ${what}.`),
      () => say(`The browser does not let the page copy ${what}.`),
    );
  return (
    <button
      type="button"
      class="button small quiet copy"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={copy}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
      </svg>
    </button>
  );
}
