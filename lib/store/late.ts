type Methods = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/**
 * An object whose class is loaded with the first call of one of its methods. All of them have to be asynchronous.
 *
 * @example const jobs: JobStore = late(async () => new (await import('./jobs.ts')).Jobs(table, now));
 */
export function late<T extends object>(load: () => Promise<T>): T {
  let loading: Promise<T> | undefined;
  return new Proxy({} as T, {
    get(_, name) {
      // `await` on the object itself reads `then`, which must not load the class.
      if (name === 'then' || typeof name === 'symbol') return undefined;
      return async (...given: never[]) => {
        loading ??= load();
        const loaded = (await loading) as unknown as Methods;
        return loaded[name]?.(...given);
      };
    },
  });
}
