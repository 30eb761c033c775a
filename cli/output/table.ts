import type { Style, View } from './view.ts';
import { visible } from './visible.ts';
import { cut, pad, widthOf } from './width.ts';

/** What is in a field: text as it came, which may hold anything, and what it looks like. */
export type Cell = string | { readonly text: string; readonly style: Style | undefined };

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'left' | 'right';
  /** May be cut where the terminal is too narrow. */
  readonly elastic?: boolean;
  /** Left out where no row of the first page has anything in it. */
  readonly optional?: boolean;
}

const GAP = '  ';
/** A cut field still shows so much. */
const NARROWEST = 8;

/** A table that may come in pages: the first one decides on its columns, and has the titles. */
export class Table<Row> {
  readonly #view: View;
  #columns: readonly Column<Row>[];
  #widths: readonly number[] | undefined;

  constructor(columns: readonly Column<Row>[], view: View) {
    this.#columns = columns;
    this.#view = view;
  }

  /** The lines of these rows, each with its line break. */
  page(rows: readonly Row[]): string {
    if (this.#widths !== undefined) return rows.map(row => this.#line(this.#fields(row))).join('');
    this.#columns = this.#columns.filter(
      ({ optional, cell }) => !optional || rows.some(row => textOf(cell(row)) !== ''),
    );
    const titles = this.#columns.map(({ title }) => ({ text: title, style: 'dim' as const }));
    const lines = [titles, ...rows.map(row => this.#fields(row))];
    this.#widths = this.#fit(
      this.#columns.map((_, at) => Math.max(...lines.map(fields => widthOf(fields[at]?.text ?? '')))),
    );
    return lines.map(fields => this.#line(fields)).join('');
  }

  #fields(row: Row): Field[] {
    return this.#columns.map(({ cell }) => {
      const value = cell(row);
      return { text: textOf(value), style: typeof value === 'string' ? undefined : value.style };
    });
  }

  /** Narrows the widest elastic columns until a line fits, as far as they go. */
  #fit(wanted: readonly number[]): readonly number[] {
    const { columns } = this.#view;
    const widths = [...wanted];
    if (columns === undefined) return widths;
    const gaps = GAP.length * (widths.length - 1);
    for (let over = sum(widths) + gaps - columns; over > 0; over -= 1) {
      const widest = this.#columns.reduce(
        (found, { elastic }, at) =>
          elastic && (found < 0 || (widths[at] ?? 0) > (widths[found] ?? 0)) ? at : found,
        -1,
      );
      const width = widths[widest];
      if (width === undefined || width <= NARROWEST) break;
      widths[widest] = width - 1;
    }
    return widths;
  }

  #line(fields: readonly Field[]): string {
    const { style, columns } = this.#view;
    const cells = fields.map(({ text, style: look }, at) => {
      const { align, elastic } = this.#columns[at] ?? {};
      const width = this.#widths?.[at] ?? 0;
      const shown = columns !== undefined && elastic ? cut(text, width) : text;
      const painted = look === undefined ? shown : style(look, shown);
      const isLast = at === fields.length - 1;
      return isLast && align !== 'right' ? painted : pad(painted, width, align);
    });
    return `${cells.join(GAP).trimEnd()}\n`;
  }
}

interface Field {
  readonly text: string;
  readonly style: Style | undefined;
}

/** A table of one page. */
export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], view: View): string =>
  new Table(columns, view).page(rows);

const textOf = (cell: Cell): string => visible(typeof cell === 'string' ? cell : cell.text);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
