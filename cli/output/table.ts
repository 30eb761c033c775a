import type { Style, View } from './view.ts';
import { visible } from './visible.ts';
import { cut, pad, widthOf } from './width.ts';

/** The content of a cell: a text, which may hold any characters, and its style. */
export type Cell = string | { readonly text: string; readonly style: Style | undefined };

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'left' | 'right';
  /** Whether its cells may be cut if the terminal is too narrow. */
  readonly elastic?: boolean;
  /** Whether it is left out if it is empty in all rows of the first page. */
  readonly optional?: boolean;
  /** If set, it may be left out if the terminal is too narrow: columns with a higher number first. */
  readonly expendable?: number;
}

const GAP = '  ';
/** How many columns a cut cell still shows. */
const NARROWEST = 8;

/** A table in one or more pages. The first page decides on the columns, and has the titles. */
export class Table<Row> {
  readonly #view: View;
  #columns: readonly Column<Row>[];
  #widths: readonly number[] | undefined;
  #leftOut: readonly string[] = [];

  constructor(columns: readonly Column<Row>[], view: View) {
    this.#columns = columns;
    this.#view = view;
  }

  /** The titles of the columns that the terminal has no room for. Known when a page was laid out. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** Writes rows as lines, each with its line break. */
  page(rows: readonly Row[]): string {
    if (this.#widths !== undefined) return rows.map(row => this.#line(this.#fields(row))).join('');
    this.#columns = this.#columns.filter(
      ({ optional, cell }) => !optional || rows.some(row => textOf(cell(row)) !== ''),
    );
    this.#widths = this.#fit(this.#choose(rows));
    const titles = this.#columns.map(({ title }) => ({ text: title, style: 'dim' as const }));
    return [titles, ...rows.map(row => this.#fields(row))].map(fields => this.#line(fields)).join('');
  }

  /** Leaves out expendable columns until the others fit. @returns the widths that the others need */
  #choose(rows: readonly Row[]): readonly number[] {
    const measured = this.#columns.map(column => ({
      column,
      width: Math.max(widthOf(column.title), ...rows.map(row => widthOf(textOf(column.cell(row))))),
    }));
    const { columns: room = Number.POSITIVE_INFINITY } = this.#view;
    const leftOut: string[] = [];
    while (leastWidth(measured) > room) {
      const [last] = measured
        .filter(({ column }) => column.expendable !== undefined)
        .sort((a, b) => (b.column.expendable ?? 0) - (a.column.expendable ?? 0));
      if (last === undefined) break;
      measured.splice(measured.indexOf(last), 1);
      leftOut.push(last.column.title);
    }
    this.#leftOut = this.#columns.map(({ title }) => title).filter(title => leftOut.includes(title));
    this.#columns = measured.map(({ column }) => column);
    return measured.map(({ width }) => width);
  }

  #fields(row: Row): Field[] {
    return this.#columns.map(({ cell }) => {
      const value = cell(row);
      return { text: textOf(value), style: typeof value === 'string' ? undefined : value.style };
    });
  }

  /** Narrows the widest elastic columns until a line fits, or until they are at their narrowest. */
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

/** Writes a table of one page, with a note about columns that are left out. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], view: View): string {
  const made = new Table(columns, view);
  const text = made.page(rows);
  return made.leftOut.length === 0 ? text : `${text}${view.style('dim', narrowNote(made.leftOut))}\n`;
}

/** Writes a note about columns that are left out. */
export const narrowNote = (titles: readonly string[]): string =>
  `(no room for ${titles.join(', ')}; --json has everything)`;

/** Computes the width of a table with each elastic column at its narrowest. */
const leastWidth = <Row>(
  measured: readonly { readonly column: Column<Row>; readonly width: number }[],
): number =>
  sum(measured.map(({ column, width }) => (column.elastic ? Math.min(width, NARROWEST) : width))) +
  GAP.length * (measured.length - 1);

const textOf = (cell: Cell): string => visible(typeof cell === 'string' ? cell : cell.text);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
