/** How many bytes of a file are read to decide its format. */
const MOST_BYTES = 65_536;

/**
 * Reads the beginning of a stream, and then passes the whole stream on. It waits only for the chunks of the first line.
 */
export async function peek(
  chunks: AsyncIterable<Uint8Array | undefined>,
): Promise<{ readonly beginning: string; readonly chunks: AsyncIterable<Uint8Array | undefined> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  let isOver = false;
  while (size < MOST_BYTES && !held.some(chunk => chunk.includes(0x0a))) {
    const { value, done } = await iterator.next();
    isOver = done === true;
    if (isOver || value === undefined) break;
    held.push(value);
    size += value.length;
  }
  const beginning = Buffer.concat(held).subarray(0, MOST_BYTES).toString('utf8');
  return { beginning, chunks: rest() };

  async function* rest(): AsyncGenerator<Uint8Array | undefined> {
    try {
      yield* held;
      if (!isOver) yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
}
