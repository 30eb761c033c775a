import { loadedOnce } from '../late-import.ts';

type Methods = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/**
 * An object whose class is loaded with the first call of one of its methods. All of them have to be asynchronous. A load
 * that has failed is tried again with the next call.
 *
 * @example const jobs: JobStore = late(async () => new (await import('./jobs.ts')).Jobs(table, now));
 */
export function late<T extends object>(load: () => Promise<T>): T {
  const get = loadedOnce(load);
  return new Proxy({} as T, {
    get(_, name) {
      // `await` on the object itself reads `then`, which must not load the class.
      if (name === 'then' || typeof name === 'symbol') return undefined;
      return async (...given: never[]) => {
        const loaded = (await get()) as unknown as Methods;
        return loaded[name]?.(...given);
      };
    },
  });
}
