import type * as v from 'valibot';
import type { AsJson } from '../../json/as-json.ts';

export type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** Writes intersections out and removes `readonly`, so that equal types compare as equal. */
export type Flat<T> = unknown extends T
  ? T
  : T extends readonly (infer E)[]
    ? Flat<E>[]
    : T extends object
      ? { -readonly [K in keyof T]: Flat<T[K]> }
      : T;

/**
 * Checks at compile time that a schema describes exactly the JSON of `T`, so that documents and answers cannot differ.
 *
 * @example const PURGED = schemaOf<{ readonly purged: string }>()(v.strictObject({ purged: v.string() }));
 */
export const schemaOf =
  <T>() =>
  <S extends v.GenericSchema>(
    schema: Same<Flat<v.InferOutput<S>>, Flat<AsJson<T>>> extends true
      ? S
      : { readonly differs: [Flat<v.InferOutput<S>>, Flat<AsJson<T>>] },
  ): S =>
    schema as S;
