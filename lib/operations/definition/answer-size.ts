/**
 * Bytes of JSON in an answer, at the most about. Lambda answers with 6 MB, in which the body is a JSON string with
 * its quotes escaped, which may double it.
 */
export const MAX_ANSWER_BYTES = 2_500_000;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** As many of these, from the first on, as fit into an answer; and the first that does not. One always fits. */
export function fitting<T>(all: readonly T[]): { readonly page: T[]; readonly next: T | undefined } {
  const page: T[] = [];
  let bytes = 0;
  for (const each of all) {
    bytes += bytesOf(each);
    if (bytes > MAX_ANSWER_BYTES && page.length > 0) return { page, next: each };
    page.push(each);
  }
  return { page, next: undefined };
}
