import stringWidth from 'string-width';

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });
const CUT = '…';

/** Returns how many columns a text takes on a terminal. */
export const widthOf = (text: string): number => stringWidth(text);

/** Cuts a text to at most so many columns, with an ellipsis at the cut. It does not split a character. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}${CUT}`;
}

/** Fills a text up with spaces to so many columns. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}
