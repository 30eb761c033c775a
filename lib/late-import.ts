const loaders = new Set<() => Promise<unknown>>();

/**
 * Makes a function that loads a module with the first call, once for the process, so that a function starts without the
 * module. After a failed load the next call loads it again.
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

/** Loads all late modules at once. A simulation does this first, since its seed does not decide how long a load takes. */
export async function loadAll(): Promise<void> {
  for (let known = 0; known < loaders.size; ) {
    known = loaders.size;
    await Promise.all([...loaders].map(load => load()));
  }
}
