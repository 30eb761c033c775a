import { messageOf } from '../error-facts.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { Item, Refusal } from './item.ts';
import { lines } from './lines.ts';

/** What a line came to. */
export interface Entry {
  readonly entry: { readonly item: Item } | { readonly refusal: Refusal };
  /** Bytes of the input that have been read with it. */
  readonly end: number;
}

/**
 * The items of newline-delimited JSON. Blank lines are passed over. An item is passed on as it was written, so that
 * nothing of it changes on the way. Pauses, undefined, are passed on.
 *
 * @param fromLine those before it are passed over
 */
export async function* readItems(
  chunks: AsyncIterable<Uint8Array | undefined>,
  { fromLine }: { readonly fromLine: number },
): AsyncGenerator<Entry | undefined> {
  // not lenient: what is not UTF-8 would be changed into something that is
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  for await (const read of lines(chunks, MAX_BODY_BYTES)) {
    if (read === undefined) {
      yield undefined;
      continue;
    }
    const { number: line, bytes, end } = read;
    if (line < fromLine) continue;
    if (bytes === undefined) {
      yield { entry: { refusal: tooLong(line) }, end };
      continue;
    }
    const json = decode(utf8, bytes);
    if (json === '') continue;
    const problem = json === undefined ? 'It is not UTF-8.' : whyNotJson(json);
    const isItem = json !== undefined && problem === undefined;
    yield {
      entry: isItem
        ? { item: { line, json, bytes: Buffer.byteLength(json) } }
        : { refusal: { line, code: NOT_JSON, detail: problem ?? '' } },
      end,
    };
  }
}

const NOT_JSON = 'cli.line_not_json';

const tooLong = (line: number): Refusal => ({
  line,
  code: 'cli.line_too_long',
  detail: `It has more than the ${MAX_BODY_BYTES} bytes that a request may have.`,
});

function decode(utf8: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    return undefined;
  }
}

/** What keeps the text from being JSON. */
export function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `It is not JSON: ${messageOf(error)}.`;
  }
}
