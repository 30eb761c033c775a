import { compress, decompress } from '../packing.ts';

/** A batch's items, a JSON array, in the form in which a message carries them. */
export async function packItems(json: string): Promise<string> {
  return (await compress(json)).toString('base64');
}

export async function unpackItems(packed: string): Promise<unknown[]> {
  return JSON.parse(await decompress(Buffer.from(packed, 'base64'))) as unknown[];
}
