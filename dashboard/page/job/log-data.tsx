import type { JSX } from 'preact';

/** What fits beside a line's message, in characters. */
const SHORT = 120;

/** What was logged besides a line's message: short things beside it, long ones behind a mark; of an error its stack. */
export function LogData({ data }: { readonly data: string }): JSX.Element {
  if (data.length <= SHORT) return <code>{data}</code>;
  return (
    <details class="log-data">
      <summary>{data.slice(0, SHORT)} …</summary>
      <pre>{readable(data)}</pre>
    </details>
  );
}

function readable(data: string): string {
  try {
    const value: unknown = JSON.parse(data);
    const stack = typeof value === 'object' && value !== null && 'stack' in value ? value.stack : undefined;
    return typeof stack === 'string' ? stack : JSON.stringify(value, null, 2);
  } catch {
    // it was cut off
    return data;
  }
}
