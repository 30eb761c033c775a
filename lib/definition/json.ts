/** Any value that JSON holds. Properties that are undefined are left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/**
 * The type of a value that was stored and read back. Items and results are stored as JSON: a Date comes back as a string,
 * and a value with a `toJSON` as the result of `toJSON`. All other values keep their type.
 *
 * @example
 * type Visit = { site: string; at: Date };
 * type Seen = Stored<Visit>; // { site: string; at: string }
 */
export type Stored<T> = unknown extends T
  ? T
  : T extends JsonValue | undefined
    ? T
    : T extends { toJSON(...key: never): infer Json }
      ? Stored<Json>
      : T extends NotInJson
        ? never
        : T extends object
          ? { [Name in keyof T]: Stored<T[Name]> }
          : // a handler that returns nothing has no result
            T extends void
            ? undefined
            : never;

/**
 * Rejects at compile time a definition whose items JSON cannot hold. If JSON holds all of `T`, it demands nothing.
 * Otherwise it demands a property that options cannot have. The property's type names the parts that JSON cannot hold.
 */
export type StorableItems<T> = unknown extends T
  ? unknown
  : [T] extends [Part<T>]
    ? unknown
    : { readonly 'items hold what JSON cannot': Part<T> };

/** Takes the place of a type that JSON cannot hold. No value has this type. */
export interface NotJson<What> {
  readonly 'not JSON': What;
}

/** `T`, with `NotJson` in place of the parts that JSON cannot hold. */
type Part<T> = unknown extends T
  ? T
  : T extends JsonValue | undefined
    ? T
    : T extends { toJSON(...key: never): unknown }
      ? T
      : T extends NotInJson
        ? NotJson<T>
        : { [Name in keyof T]: Part<T[Name]> };

/** Values that JSON refuses, and objects that JSON writes as `{}` since their content is in no property. */
type NotInJson =
  | bigint
  | symbol
  | ((...given: never) => unknown)
  | ReadonlyMap<never, unknown>
  | ReadonlySet<never>
  | WeakMap<never, unknown>
  | WeakSet<never>
  | Promise<unknown>
  | RegExp
  | ArrayBuffer
  | ArrayBufferView;
