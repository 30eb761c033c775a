import { compress } from '../text/packing.ts';
import { decompress } from '../text/unpacking.ts';

/** Packs a batch's items, a JSON array, for a message. */
export async function packItems(json: string): Promise<string> {
  return (await compress(json)).toString('base64');
}

/** Returns the JSON that `packItems` has packed. */
export async function unpackItems(packed: string): Promise<string> {
  return decompress(Buffer.from(packed, 'base64'));
}
