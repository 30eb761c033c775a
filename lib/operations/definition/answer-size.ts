/**
 * About the most bytes of JSON in an answer. Lambda's answers have at most 6 MB, and the body in them is a JSON string
 * with escaped quotes, which may double its size.
 */
export const MAX_ANSWER_BYTES = 2_500_000;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Returns as many values, from the first on, as fit into an answer, and the first that does not fit. One always fits. */
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
