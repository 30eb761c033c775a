import { splitArray } from './split-array.ts';

/** What a text of items can be. */
export const TEXT_FORMATS = ['json', 'ndjson', 'csv'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** Items as JSON, each as it was written, or why the text has none. */
export type ReadItems = { readonly items: readonly string[] } | { readonly wrong: string };

/** What a file or a text is: by the ending of the file's name, or else by how it begins. */
export function formatOf(text: string, fileName = ''): TextFormat {
  const ending = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase();
  if (ending === 'csv') return 'csv';
  if (ending === 'ndjson' || ending === 'jsonl') return 'ndjson';
  if (whyNotJson(text) === undefined) return 'json';
  const [first = '', second = ''] = text.trim().split('\n');
  return second !== '' && whyNotJson(first) === undefined ? 'ndjson' : 'json';
}

/** The elements of a JSON array; other JSON is one item. */
export function readJson(text: string): ReadItems {
  const wrong = whyNotJson(text);
  if (wrong !== undefined) return { wrong: `This is not JSON: ${wrong}` };
  const trimmed = text.trim();
  return { items: trimmed.startsWith('[') ? splitArray(trimmed) : [trimmed] };
}

/** An item a line; blank lines are passed over. */
export function readLines(text: string): ReadItems {
  const items: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const wrong = whyNotJson(line);
    if (wrong !== undefined) return { wrong: `Line ${index + 1} is not JSON: ${wrong}` };
    items.push(line.trim());
  }
  return { items };
}

function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
