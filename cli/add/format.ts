/** What a file of items can be. */
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

/** Whether a file's name says what it is. */
export const isNamed = (path: string | undefined): boolean => endingOf(path) in ENDINGS;

/**
 * What a file is, by the ending of its name or else by how it begins.
 *
 * @param path undefined for stdin
 * @param beginning the first of its bytes, as text: the first line, if that is not very long
 */
export function formatOf(path: string | undefined, beginning: string): Format {
  const known = ENDINGS[endingOf(path)];
  if (known !== undefined) return known;
  const [first = '', ...others] = beginning
    .replace(/^\ufeff/, '')
    .trimStart()
    .split('\n');
  // each line may be an item that is an array
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

/** Names between commas, as no line of JSON begins. */
const HEADER = /^(?:"[^"]+"|[\p{L}_][\p{L}\p{N} _.-]*)(?:,(?:"[^"]*"|[\p{L}_][\p{L}\p{N} _.-]*))+\r?$/u;
const isHeader = (line: string): boolean => HEADER.test(line);
