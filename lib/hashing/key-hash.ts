import { createHash } from 'node:crypto';

/** Of a dedup key's hash. */
export const HASH_BYTES = 32;
const FORM = 'base64url';

/**
 * A dedup key's hash: 256 bits keep keys apart, of which each may be longer than a sort key. They are hashed as JSON,
 * which writes lone surrogates out: as UTF-8 all of them would be the same.
 */
export const hashKey = (key: string): string => createHash('sha256').update(JSON.stringify(key)).digest(FORM);

/** Hashes as one attribute, and back. */
export const packHashes = (hashes: readonly string[]): Uint8Array =>
  Buffer.concat(hashes.map(hash => Buffer.from(hash, FORM)));

export const unpackHashes = (packed: Uint8Array): string[] =>
  Array.from({ length: packed.length / HASH_BYTES }, (_, at) =>
    Buffer.from(packed.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)).toString(FORM),
  );
