/**
 * A way to tell something that never fails its caller: what a logger or a meter throws is dropped, since there is nowhere
 * left to tell it.
 */
export const harmless =
  <A extends readonly unknown[]>(tell: (...given: A) => void): ((...given: A) => void) =>
  (...given) => {
    try {
      tell(...given);
    } catch {
      // invariant 13: what a job's end does not need never fails it
    }
  };
