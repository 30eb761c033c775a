import { ArraySplitter } from './array-splitter.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { Entry } from './entry.ts';
import { NOT_JSON, toEntry, tooLong } from './json-text.ts';

/**
 * Reads the items of one JSON array, with at most one item and one chunk in memory. An item is passed on as it was written,
 * so that it does not change on the way. Its line is its number in the array, from 1. Pauses, undefined, are passed on.
 *
 * @param fromItem the first item to return
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Uint8Array | undefined>,
  { fromLine: fromItem }: { readonly fromLine: number },
): AsyncGenerator<Entry | undefined> {
  const splitter = new ArraySplitter(MAX_BODY_BYTES);
  // strict: a lenient decoder would change bytes that are not UTF-8
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let end = 0;
  let wrong: string | undefined;
  for await (const chunk of chunks) {
    if (chunk === undefined) {
      yield undefined;
      continue;
    }
    end += chunk.length;
    const text = decode(utf8, chunk);
    if (text === undefined) {
      wrong = 'It is not UTF-8 from here on.';
      break;
    }
    for (const { number, text: json } of splitter.take(text)) {
      if (number < fromItem) continue;
      const entry = json === undefined ? { refusal: tooLong(number) } : inOneLine(toEntry(number, json));
      yield { entry, end };
    }
  }
  wrong ??= splitter.wrong;
  if (wrong !== undefined) {
    yield { entry: { refusal: { line: splitter.number, code: NOT_JSON, detail: wrong } }, end };
  }
}

function decode(utf8: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string | undefined {
  try {
    return utf8.decode(chunk, { stream: true });
  } catch {
    return undefined;
  }
}

/** Puts an item's JSON in one line. A line break in JSON has no meaning, and a text cannot contain one. */
const inOneLine = (entry: Entry['entry']): Entry['entry'] =>
  'item' in entry ? { item: { ...entry.item, json: entry.item.json.replaceAll(/[\r\n]/g, ' ') } } : entry;
