/** A type as it comes out of JSON: dates are ISO strings. */
export type AsJson<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [K in keyof T]: AsJson<T[K]> }
    : T;
