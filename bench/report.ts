/** A table of figures: rows by their names. */
export interface Table {
  readonly title: string;
  readonly rows: Readonly<Record<string, Row>>;
  /** What a reader has to know beside it. */
  readonly notes?: readonly string[];
}

export type Row = Readonly<Record<string, number | string>>;

/** `tiny` is for a test that the bench runs: its figures mean nothing. */
export type Size = 'full' | 'tiny';

export type Bench = (size: Size) => Promise<readonly Table[]>;

/** Writes tables for people. */
export function print(tables: readonly Table[], write: (line: string) => void): void {
  for (const { title, rows, notes = [] } of tables) {
    write(`\n${title}`);
    const columns = [...new Set(Object.values(rows).flatMap(row => Object.keys(row)))];
    const isText = (at: number) =>
      at === 0 || Object.values(rows).some(row => typeof row[columns[at - 1] ?? ''] === 'string');
    const cells = Object.entries(rows).map(([name, row]) => [
      name,
      ...columns.map(column => text(row[column])),
    ]);
    const all = [['', ...columns], ...cells];
    const widths = ['', ...columns].map((_, at) => Math.max(...all.map(line => line[at]?.length ?? 0)));
    for (const line of all) {
      write(
        line
          .map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
          .join('  ')
          .trimEnd(),
      );
    }
    for (const note of notes) write(`  ${note}`);
  }
}

const text = (value: number | string | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 3 }) : (value ?? '–');
