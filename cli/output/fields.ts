import type { Cell } from './table.ts';
import type { View } from './view.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

/** Writes labelled facts, a line each. Facts without a value are left out. */
export function fields(facts: readonly (readonly [string, Cell | undefined])[], { style }: View): string {
  const known = facts.filter((fact): fact is readonly [string, Cell] => fact[1] !== undefined);
  const width = Math.max(0, ...known.map(([label]) => widthOf(label)));
  return known
    .map(([label, cell]) => {
      const { text, style: look } = typeof cell === 'string' ? { text: cell, style: undefined } : cell;
      const shown = visible(text);
      return `  ${style('dim', pad(label, width))}  ${look === undefined ? shown : style(look, shown)}\n`;
    })
    .join('');
}
