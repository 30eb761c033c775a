import { compress, decompress } from '../text/packing.ts';

/** A batch's items, a JSON array, in the form in which a message carries them. */
export async function packItems(json: string): Promise<string> {
  return (await compress(json)).toString('base64');
}

/** The JSON that was packed. */
export async function unpackItems(packed: string): Promise<string> {
  return decompress(Buffer.from(packed, 'base64'));
}
