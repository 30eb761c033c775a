import { compress } from '../text/packing.ts';

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
