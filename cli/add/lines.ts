/** A line as it came, without its line break. `bytes` is absent if the line was longer than allowed. */
export interface Line {
  /** The line's number, from 1. */
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
  /** How many bytes of the input were read up to the end of this line. */
  readonly end: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Reads the lines of a stream, with at most one line and one chunk in memory. Pauses, undefined, are passed on. */
export async function* lines(
  chunks: AsyncIterable<Uint8Array | undefined>,
  maxBytes: number,
): AsyncGenerator<Line | undefined> {
  let held: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  let end = 0;
  const take = (part: Uint8Array) => {
    size += part.length;
    end += part.length;
    // a line that is too long is counted, and not kept
    if (size <= maxBytes) held.push(part);
    else held = [];
  };
  const line = (): Line => {
    number += 1;
    const bytes = size <= maxBytes ? withoutReturn(Buffer.concat(held)) : undefined;
    held = [];
    size = 0;
    return { number, bytes, end };
  };
  for await (const chunk of chunks) {
    if (chunk === undefined) {
      yield undefined;
      continue;
    }
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      end += 1;
      from = at + 1;
      yield line();
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (size > 0) yield line();
}

const withoutReturn = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
