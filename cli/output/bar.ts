const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Draws a share as a bar of so many columns, in steps of an eighth of a column. */
export function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const full = '█'.repeat(Math.floor(eighths / 8)) + (BLOCKS[eighths % 8] ?? '');
  return full.padEnd(columns, '░');
}

/** Draws numbers as a line of small columns. The largest number fills its column. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(0, ...values);
  return values
    .map(value => (value <= 0 ? ' ' : (HEIGHTS[Math.ceil((value / largest) * HEIGHTS.length) - 1] ?? '█')))
    .join('');
}
