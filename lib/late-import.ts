let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a function that loads something with the first call, once. After a failed load the next call loads it again.
 *
 * One load follows another: Jest's loader of ES modules fails where two that share a module are under way at the same time
 * ("request for … is not in cache").
 *
 * @param load an `import()` and what is made of it; it must not wait for another load of this kind
 */
export function loadedOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    if (loading === undefined) {
      loading = last.then(load).catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      last = loading.catch(() => {});
    }
    return loading;
  };
}

const loaders = new Set<() => Promise<unknown>>();

/**
 * Makes a function that loads a module with the first call, once for the process, so that a function starts without the
 * module.
 *
 * @example const seal = lateImport(() => import('./seal.ts'));
 */
export function lateImport<T>(load: () => Promise<T>): () => Promise<T> {
  const get = loadedOnce(load);
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
