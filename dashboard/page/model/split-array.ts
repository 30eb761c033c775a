/**
 * Cuts the text of a JSON array into the texts of its elements, as they are written: a number that a double does not hold
 * stays what it is, for the API to refuse.
 *
 * @param text valid JSON, an array
 */
export function splitArray(text: string): string[] {
  const elements: string[] = [];
  let [depth, from] = [0, 0];
  const marks = /"(?:[^"\\]|\\.)*"|[[\]{},]/g;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const [found] = mark;
    if (found === '[' || found === '{') depth += 1;
    const isEnd = depth === 1 && (found === ',' || found === ']');
    if (isEnd) elements.push(text.slice(from, mark.index).trim());
    if (found === ']' || found === '}') depth -= 1;
    if (isEnd || (depth === 1 && from === 0)) from = mark.index + 1;
  }
  // of an empty array there is one empty piece
  return elements.length === 1 && elements[0] === '' ? [] : elements;
}
