import type { ComponentChildren, JSX } from 'preact';

/** A column of a table. */
export interface Column {
  readonly name: ComponentChildren;
  /** Of its head, as its cells have it. */
  readonly class?: string;
}

/** A column of numbers. */
export const numbers = (name: string): Column => ({ name, class: 'number' });

/** The column of a row's buttons. Its name is for those who do not see them. */
export const ACTIONS: Column = { name: <span class="visually-hidden">Actions</span>, class: 'does' };

/** The head of a table: a name for each column, and nothing for one that is left out (`false`). */
export const TableHead = ({
  columns,
}: {
  readonly columns: readonly (string | Column | false | undefined)[];
}): JSX.Element => (
  <thead>
    <tr>
      {columns.map((column, at) => {
        if (column === false || column === undefined) return null;
        const { name, class: of } = typeof column === 'string' ? { name: column } : column;
        return (
          <th key={at} scope="col" class={of}>
            {name}
          </th>
        );
      })}
    </tr>
  </thead>
);
