/** Any value that JSON holds. Properties that are undefined are left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/**
 * A type as its values come back from storage. Items and results are stored as JSON: a Date comes back as a string, and
 * what has a `toJSON` as what that returns. Everything else keeps its type.
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
 * What `batch()` wants of its options for items of type `T`: nothing more where JSON holds all of an item. Otherwise
 * a property that no options have, so that the definition does not compile; its type names the parts.
 */
export type StorableItems<T> = unknown extends T
  ? unknown
  : [T] extends [Part<T>]
    ? unknown
    : { readonly 'items hold what JSON cannot': Part<T> };

/** In place of a type that JSON cannot hold. No value has it. */
export interface NotJson<What> {
  readonly 'not JSON': What;
}

/** `T` where JSON holds all of it, and else `T` with `NotJson` in place of the parts that JSON cannot hold. */
type Part<T> = unknown extends T
  ? T
  : T extends JsonValue | undefined
    ? T
    : T extends { toJSON(...key: never): unknown }
      ? T
      : T extends NotInJson
        ? NotJson<T>
        : { [Name in keyof T]: Part<T[Name]> };

/** Values that JSON refuses, and objects of which it makes `{}` since their content is in no property. */
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
