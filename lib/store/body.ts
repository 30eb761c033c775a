import { compress, decompress } from '../text/packing.ts';

/** DynamoDB bills writes by the KiB. Compressing a body below one KiB saves nothing. */
const WORTH_PACKING_BYTES = 900;

/** A chunk's body in the form in which it is stored: as text, or compressed where that makes it smaller. */
export type Body = { readonly text: string } | { readonly packed: Uint8Array };

export async function toBody(text: string): Promise<Body> {
  const size = Buffer.byteLength(text);
  if (size < WORTH_PACKING_BYTES) return { text };
  const packed = await compress(text);
  return packed.length < size ? { packed } : { text };
}

export async function fromBody(stored: {
  readonly text?: unknown;
  readonly packed?: unknown;
}): Promise<string> {
  return stored.packed instanceof Uint8Array ? decompress(stored.packed) : String(stored.text);
}
