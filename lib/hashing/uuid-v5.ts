import { createHash } from 'node:crypto';

/** https://www.rfc-editor.org/rfc/rfc9562#name-namespace-id-usage-and-allo */
export const DNS_NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** Computes a UUID of version 5. The same name in the same namespace gives the same UUID (RFC 9562, section 5.5). */
export function uuidV5(name: string, namespace: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  // the version in the upper half of byte 6, the variant in the upper two bits of byte 8
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
