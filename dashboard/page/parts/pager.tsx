import type { JSX } from 'preact';

/** Goes through pages that know only the next one's cursor. */
export function Pager({
  what,
  page,
  next,
  go,
}: {
  /** `groups`, `jobs`. */
  readonly what: string;
  /** The cursors of the pages before and of this one; the first has none. */
  readonly page: readonly string[];
  readonly next: string | undefined;
  readonly go: (page: readonly string[]) => void;
}): JSX.Element | null {
  if (page.length === 0 && next === undefined) return null;
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <span class="muted">Page {page.length + 1}</span>
      <button
        type="button"
        class="button small"
        disabled={page.length === 0}
        onClick={() => go(page.slice(0, -1))}
      >
        Back
      </button>
      <button
        type="button"
        class="button small"
        disabled={next === undefined}
        onClick={() => next !== undefined && go([...page, next])}
      >
        Next
      </button>
    </nav>
  );
}
