/** The last guard of invariant 3: drops an item whose dedup key an earlier one of the batch has. */
export function dropSeenKeys(
  items: readonly unknown[],
  deduplicateBy: ((item: unknown) => string) | undefined,
): readonly unknown[] {
  if (deduplicateBy === undefined) return items;
  const seen = new Set<string>();
  return items.filter(item => {
    const key = deduplicateBy(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
