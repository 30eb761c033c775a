import { createRequire, syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import type { BrotliOptions } from 'node:zlib';

/**
 * Makes what Node does beside the event loop, or by chance, happen at once and by the seed. It has to be imported
 * before anything that takes these functions from Node.
 */
let ids = 0;

// required, not imported: Jest would keep what an import has shown once
const require = createRequire(import.meta.url);
const crypto: typeof import('node:crypto') = require('node:crypto');
const zlib: typeof import('node:zlib') = require('node:zlib');

/** Begins the random names anew. */
export const restartIds = (): void => {
  ids = 0;
};

const compressSync = zlib.brotliCompressSync;
const decompressSync = zlib.brotliDecompressSync;

/** Has `promisify` make promises of this realm. An `await` of another one's, such as Node's under Jest, takes longer. */
const promised = <F extends object, Args extends unknown[], T>(callback: F, now: (...args: Args) => T): F =>
  Object.assign(callback, { [promisify.custom]: async (...args: Args) => now(...args) });

Object.assign(zlib, {
  brotliCompress: promised(
    (text: string, options: BrotliOptions, callback: (error: Error | null, packed: Buffer) => void) =>
      callback(null, compressSync(text, options)),
    compressSync,
  ),
  brotliDecompress: promised(
    (packed: Uint8Array, callback: (error: Error | null, text: Buffer) => void) =>
      callback(null, decompressSync(packed)),
    decompressSync,
  ),
});
Object.assign(crypto, {
  randomUUID: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
});
syncBuiltinESMExports();
