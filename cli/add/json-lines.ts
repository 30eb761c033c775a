import { MAX_BODY_BYTES } from './body.ts';
import type { Entry } from './entry.ts';
import { NOT_JSON, toEntry, tooLong } from './json-text.ts';
import { lines } from './lines.ts';

/**
 * Reads the items of newline-delimited JSON. Blank lines are skipped. An item is passed on as it was written, so that it
 * does not change on the way. Pauses, undefined, are passed on.
 *
 * @param fromLine the first line to return
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array | undefined>,
  { fromLine }: { readonly fromLine: number },
): AsyncGenerator<Entry | undefined> {
  // strict: a lenient decoder would change bytes that are not UTF-8
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
    const notUtf8 = { refusal: { line, code: NOT_JSON, detail: 'It is not UTF-8.' } };
    yield { entry: json === undefined ? notUtf8 : toEntry(line, json), end };
  }
}

function decode(utf8: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    return undefined;
  }
}
