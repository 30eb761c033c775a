import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const brotli = promisify(brotliDecompress);

/** Returns the text that `compress` has compressed. */
export async function decompress(packed: Uint8Array): Promise<string> {
  return (await brotli(packed)).toString();
}
