import { loadedOnce } from '#lib/late-import';

/** A function whose code is loaded with its first event. */
export interface ColdStart<A extends unknown[]> {
  readonly handler: (...given: A) => Promise<unknown>;
  /** Resolves when its code is not being loaded. */
  readonly loaded: () => Promise<void>;
}

/**
 * Loads a function's code with its first event, as Lambda does. A load that has failed is tried again with the next event.
 *
 * @param load imports the code, as `loadedOnce` takes it, and returns the function's handler
 */
export function coldStart<A extends unknown[]>(load: () => Promise<(...given: A) => unknown>): ColdStart<A> {
  const get = loadedOnce(load);
  let loading: Promise<unknown> | undefined;
  return {
    async handler(...given) {
      const handler = get();
      loading = handler;
      return (await handler)(...given);
    },
    async loaded() {
      await loading?.catch(() => {});
    },
  };
}
