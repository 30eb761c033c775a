/** The type of a value after it was written as JSON and read back: dates are ISO strings. */
export type AsJson<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [K in keyof T]: AsJson<T[K]> }
    : T;
