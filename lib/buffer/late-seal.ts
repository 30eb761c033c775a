let loading: Promise<typeof import('./seal.ts')> | undefined;

/**
 * Sealing, and the arming of timers, as an add owes them. Nobody waits for them, so that they are loaded with the first
 * window that is opened, beside the put of its items: a function starts without them.
 */
export function lateSeal(): Promise<typeof import('./seal.ts')> {
  loading ??= import('./seal.ts');
  return loading;
}
