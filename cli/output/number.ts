/** Writes a number for people: `12,345`. */
export const number = (value: number): string => value.toLocaleString('en');

/** Writes a count with its noun: `1 job`, `1,200 jobs`. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** Writes line numbers, with ranges for consecutive ones: `3, 7-12`. */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const each of [...numbers].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && each <= last[1] + 1) last[1] = each;
    else parts.push([each, each]);
  }
  return parts.map(([from, to]) => (from === to ? number(from) : `${number(from)}-${number(to)}`)).join(', ');
}
