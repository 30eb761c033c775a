import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

const brotli = promisify(brotliCompress);
const unbrotli = promisify(brotliDecompress);

/** Most of the best quality's ratio in a small part of its time, on JSON. */
const QUALITY = 5;

/** Compresses JSON, quickly. */
export function compress(text: string): Promise<Buffer> {
  return brotli(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

export async function decompress(packed: Uint8Array): Promise<string> {
  return (await unbrotli(packed)).toString();
}
