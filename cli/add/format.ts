/** The formats of a file of items. */
export const FORMATS = ['json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  json: 'a JSON array',
  ndjson: 'newline-delimited JSON',
  csv: 'CSV with a header',
};

const ENDINGS: Readonly<Record<string, Format>> = { ndjson: 'ndjson', jsonl: 'ndjson', csv: 'csv' };

const endingOf = (path: string | undefined): string =>
  /\.([a-z]+)$/i.exec(path ?? '')?.[1]?.toLowerCase() ?? '';

/** Returns whether a file's name shows its format. */
export const isNamed = (path: string | undefined): boolean => endingOf(path) in ENDINGS;

/**
 * Decides the format of a file by the ending of its name, or by its beginning.
 *
 * @param path undefined for stdin
 * @param beginning the beginning of its text: the first line, if it is not very long
 */
export function formatOf(path: string | undefined, beginning: string): Format {
  const known = ENDINGS[endingOf(path)];
  if (known !== undefined) return known;
  const [first = '', ...others] = beginning
    .replace(/^\ufeff/, '')
    .trimStart()
    .split('\n');
  // in NDJSON an item may be an array, so other lines decide
  const isLineOfMore = isJson(first) && others.some(line => line.trim() !== '');
  if (first.startsWith('[') && !isLineOfMore) return 'json';
  return !isJson(first) && isHeader(first) ? 'csv' : 'ndjson';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Matches names between commas. No line of JSON begins like this. */
const HEADER = /^(?:"[^"]+"|[\p{L}_][\p{L}\p{N} _.-]*)(?:,(?:"[^"]*"|[\p{L}_][\p{L}\p{N} _.-]*))+\r?$/u;
const isHeader = (line: string): boolean => HEADER.test(line);
