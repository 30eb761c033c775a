const listeners = new Set<() => void>();

/** Asks for everything on the page at once: after an action, or when the user does not want to wait. */
export function refreshAll(): void {
  for (const listener of [...listeners]) listener();
}

/** Returns what ends it. */
export function onRefresh(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
