/**
 * The last guard of invariant 3: drops an item whose dedup key an earlier one of the batch has.
 *
 * @param itemOf the item of an element
 */
export function dropSeenKeys<E>(
  elements: E[],
  itemOf: (element: E) => unknown,
  deduplicateBy: ((item: unknown) => string) | undefined,
): E[] {
  if (deduplicateBy === undefined) return elements;
  const seen = new Set<string>();
  return elements.filter(element => {
    const key = deduplicateBy(itemOf(element));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
