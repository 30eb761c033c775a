import { hash } from 'node:crypto';

/** https://www.rfc-editor.org/rfc/rfc9562#name-namespace-id-usage-and-allo */
export const DNS_NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

/** Computes a UUID of version 5. The same name in the same namespace gives the same UUID (RFC 9562, section 5.5). */
export function uuidV5(name: string, namespace: string): string {
  const named = Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name)]);
  const digits = hash('sha1', named, 'hex');
  // the variant takes the upper two bits of its digit
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `5${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
