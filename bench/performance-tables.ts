import type { Row, Table } from './report.ts';

/** What `--json` writes, as far as the page shows it. */
export interface Report {
  readonly at: string;
  readonly commit: string;
  readonly machine: { readonly cpu?: string; readonly cores: number };
  readonly versions: { readonly node: string };
  readonly benches: Readonly<Record<string, readonly Table[]>>;
}

/** The page with a report's tables: each is between `<!-- table: TITLE -->` and `<!-- end -->`. */
export function withTablesOf(page: string, report: Report): string {
  const { at, commit, machine, versions } = report;
  let text = page;
  for (const [name, tables] of Object.entries(report.benches)) {
    // what is virtual depends on no machine
    const where =
      name === 'capacity'
        ? ''
        : `, ${machine.cpu ?? 'unknown processor'}, ${machine.cores} cores, ${versions.node}`;
    const source = `\`npm run bench -- ${name}\`, ${at.slice(0, 10)}, commit ${commit.slice(0, 7)}${where}.`;
    for (const table of tables) {
      const block = new RegExp(`(<!-- table: ${escaped(table.title)} -->)[\\s\\S]*?(<!-- end -->)`);
      text = text.replace(
        block,
        (_, before: string, after: string) =>
          `${before}\n\n${toMarkdown(table)}\n\n${[...(table.notes ?? []), source].join('\n')}\n\n${after}`,
      );
    }
  }
  return text;
}

function toMarkdown({ rows }: Table): string {
  const columns = [...new Set(Object.values(rows).flatMap(row => Object.keys(row)))];
  const isText = (column: string) => Object.values(rows).some(row => typeof row[column] === 'string');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns]),
    line(['---', ...columns.map(column => (isText(column) ? '---' : '---:'))]),
    ...Object.entries(rows).map(([name, row]) => line([name, ...columns.map(column => cell(row, column))])),
  ].join('\n');
}

function cell(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined) return '–';
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 3 }) : value;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
