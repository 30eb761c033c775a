import type { PageOptions } from '../api/api-client.ts';
import { allPages, type ListOptions } from '../api/paged.ts';
import type { Output } from './output.ts';
import { type Column, narrowNote, Table } from './table.ts';
import { toJsonLine } from './visible.ts';

interface List<P, Row> {
  readonly load: (page: PageOptions) => Promise<P>;
  readonly rows: (page: P) => readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** The text for an empty list. */
  readonly none: string;
}

/** Shows a page of a list, or with `all` each page as it comes. */
export async function showList<P extends { readonly cursor?: string }, Row>(
  { load, rows, columns, none }: List<P, Row>,
  { all = false, ...page }: ListOptions,
  output: Output,
): Promise<void> {
  const table = new Table(
    all ? columns.map(column => ({ ...column, optional: false })) : columns,
    output.view,
  );
  if (!all) {
    const answer = await load(page);
    await output.answer(answer, () => {
      if (rows(answer).length > 0) return table.page(rows(answer));
      // a page may be empty although there are more pages
      return answer.cursor === undefined ? `${none}\n` : '';
    });
    if (table.leftOut.length > 0) await output.note(narrowNote(table.leftOut));
    if (answer.cursor !== undefined)
      await output.note(`There are more: --cursor ${asWord(answer.cursor)}, or --all.`);
    return;
  }
  let shown = 0;
  for await (const answer of allPages(load, page)) {
    const found = rows(answer);
    shown += found.length;
    if (output.isJson) await output.write(found.map(row => `${toJsonLine(row)}\n`).join(''));
    else if (found.length > 0) await output.write(table.page(found));
  }
  if (table.leftOut.length > 0) await output.note(narrowNote(table.leftOut));
  if (shown === 0 && !output.isJson) await output.write(`${none}\n`);
}

/** Quotes a text for a shell, since cursors contain bars and the names of groups. */
const asWord = (text: string): string =>
  /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
