import type * as v from 'valibot';
import type { AsJson } from '../../json/as-json.ts';

export type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** Intersections written out, and nothing readonly, so that two types that say the same are the same. */
export type Flat<T> = unknown extends T
  ? T
  : T extends readonly (infer E)[]
    ? Flat<E>[]
    : T extends object
      ? { -readonly [K in keyof T]: Flat<T[K]> }
      : T;

/**
 * A schema of what `T` is as JSON, no more and no less: the compiler refuses one that says otherwise, so that what
 * is documented cannot drift from what is answered.
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
