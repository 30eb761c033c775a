import { HASH_BYTES, HASH_FORM, hashKey } from './key-hash.ts';

/** The hash of the key that a token stands for. */
export const hashOfToken = (token: string): string =>
  token.startsWith('k') ? hashKey(token.slice(1)) : token.slice(1);

/** Reads the hashes that `packHashes` has packed. */
export const unpackHashes = (packed: Uint8Array): string[] =>
  Array.from({ length: packed.length / HASH_BYTES }, (_, at) =>
    Buffer.from(packed.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)).toString(HASH_FORM),
  );
