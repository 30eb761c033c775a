import { createHash } from 'node:crypto';

/** The length of a dedup key's hash in bytes. */
export const HASH_BYTES = 32;
const FORM = 'base64url';

/**
 * Hashes a dedup key with SHA-256, since a key may be longer than a sort key. The key is hashed as JSON, which escapes
 * lone surrogates. In UTF-8 all lone surrogates would be the same.
 */
export const hashKey = (key: string): string => createHash('sha256').update(JSON.stringify(key)).digest(FORM);

/** Packs hashes into one attribute. `unpackHashes` reads them back. */
export const packHashes = (hashes: readonly string[]): Uint8Array =>
  Buffer.concat(hashes.map(hash => Buffer.from(hash, FORM)));

export const unpackHashes = (packed: Uint8Array): string[] =>
  Array.from({ length: packed.length / HASH_BYTES }, (_, at) =>
    Buffer.from(packed.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)).toString(FORM),
  );
