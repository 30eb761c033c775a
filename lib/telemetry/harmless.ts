/**
 * Wraps a logger or a meter so that it never throws. Its errors are dropped, since there is no other place to report
 * them.
 */
export const harmless =
  <A extends readonly unknown[]>(tell: (...given: A) => void): ((...given: A) => void) =>
  (...given) => {
    try {
      tell(...given);
    } catch {
      // invariant 13: a job never fails because of telemetry
    }
  };
