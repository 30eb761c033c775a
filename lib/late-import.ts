const loaders = new Set<() => Promise<unknown>>();

/**
 * A module that is loaded when it is first needed, once for the process: a function starts without it. A load that has failed
 * is tried again by the next who needs it.
 *
 * @example const seal = lateImport(() => import('./seal.ts'));
 */
export function lateImport<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  const get = (): Promise<T> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  loaders.add(get);
  return get;
}

/** Loads all modules that would be loaded later. How long a file takes to be read is nothing that a simulation's seed decides. */
export async function loadAll(): Promise<void> {
  for (let known = 0; known < loaders.size; ) {
    known = loaders.size;
    await Promise.all([...loaders].map(load => load()));
  }
}
