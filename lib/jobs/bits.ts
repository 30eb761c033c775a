/** A set of small whole numbers, a bit each: what a job's record says of up to 10,000 items in 1,250 bytes. */
export function toBits(members: Iterable<number>, size: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (const member of members) {
    const at = member >> 3;
    bits[at] = (bits[at] ?? 0) | (1 << (member & 7));
  }
  return bits;
}

export const hasBit = (bits: Uint8Array, member: number): boolean =>
  ((bits[member >> 3] ?? 0) & (1 << (member & 7))) !== 0;

/** The numbers below `size` that are in the set, ascending. */
export const fromBits = (bits: Uint8Array, size: number): number[] =>
  Array.from({ length: size }, (_, member) => member).filter(member => hasBit(bits, member));

/** Counts the numbers in the set. */
export const countBits = (bits: Uint8Array): number => fromBits(bits, bits.length * 8).length;

/** Joins two sets. */
export function union(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(Math.max(a.length, b.length));
  return both.map((_, at) => (a[at] ?? 0) | (b[at] ?? 0));
}
