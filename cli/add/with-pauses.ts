/**
 * Passes values on, and yields undefined if no value has come for a while after one did. Items from a slow pipe are then
 * sent before the bulk is full.
 */
export async function* withPauses<T extends object>(
  source: AsyncIterable<T>,
  pauseMs: number,
): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (let isFirst = true; ; isFirst = false) {
      const next = iterator.next();
      // before the first value there is nothing to send
      if (!isFirst && (await isLate(next, pauseMs))) yield undefined;
      const { value, done } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function isLate(next: Promise<unknown>, afterMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(true), afterMs);
  });
  try {
    return await Promise.race([next.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
