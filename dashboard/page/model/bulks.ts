/** What one request holds at the most: the API takes 4,000,000 bytes, and its answer has a receipt for each item. */
const MOST = { items: 1_000, bytes: 3_900_000 };

/** Items as JSON in as many bulks as they need, in their order. An item that is too large by itself goes alone. */
export function bulksOf(items: readonly string[], most: typeof MOST = MOST): string[][] {
  const bulks: string[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = new TextEncoder().encode(item).length + 1;
    const last = bulks.at(-1);
    if (last === undefined || last.length >= most.items || bytes + size > most.bytes) {
      bulks.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return bulks;
}

export const bodyOf = (items: readonly string[]): string => `{"items":[${items.join(',')}]}`;
