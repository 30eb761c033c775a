/**
 * Writes item numbers as text: `0-4,7`. Numbers are written in ascending order until `length` characters are used.
 *
 * @param numbers ascending, each once
 */
export function toNumbersText(numbers: readonly number[], length = Number.POSITIVE_INFINITY): string {
  let text = '';
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at] ?? 0;
    let last = first;
    for (at += 1; numbers[at] === last + 1; at += 1) last += 1;
    const run = `${text === '' ? '' : ','}${first}${last === first ? '' : `-${last}`}`;
    if (text.length + run.length > length) break;
    text += run;
  }
  return text;
}

/** Reads what `toNumbersText` has written. */
export function fromNumbersText(text: string): number[] {
  if (text === '') return [];
  return text.split(',').flatMap(run => {
    const [first = 0, last = first] = run.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}
