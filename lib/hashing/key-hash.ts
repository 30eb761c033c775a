import { createHash } from 'node:crypto';

/** The length of a dedup key's hash in bytes. */
export const HASH_BYTES = 32;
/** Of a hash as text. */
const HASH_TEXT_LENGTH = 43;
/** Bytes that a dedup key adds to its item's chunk at the most: a token as JSON, with its comma. */
export const KEY_BYTES: number = HASH_TEXT_LENGTH + 4;
export const HASH_FORM = 'base64url';

/**
 * Hashes a dedup key with SHA-256, since a key may be longer than a sort key. The key is hashed as JSON, which escapes
 * lone surrogates. In UTF-8 all lone surrogates would be the same.
 */
export const hashKey = (key: string): string =>
  createHash('sha256').update(JSON.stringify(key)).digest(HASH_FORM);

/**
 * A dedup key as it is stored beside its item, in the same body: the key itself where it is shorter than its hash. A body
 * is compressed, and a key that is a part of its item costs a few bytes there.
 */
export const keyToken = (key: string): string =>
  Buffer.byteLength(JSON.stringify(key)) <= HASH_TEXT_LENGTH ? `k${key}` : `h${hashKey(key)}`;

/** Packs hashes into one attribute. `unpackHashes` (stored-hashes.ts) reads them back. */
export const packHashes = (hashes: readonly string[]): Uint8Array =>
  Buffer.concat(hashes.map(hash => Buffer.from(hash, HASH_FORM)));
