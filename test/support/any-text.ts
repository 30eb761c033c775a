import fc from 'fast-check';

/** All code points but halves of surrogate pairs. */
const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map(code => String.fromCodePoint(code));

/** Names that objects have by themselves. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'key', 'ref'];

/**
 * Any well-formed text. `fc.string({ unit: 'binary' })` makes the same, and a map of all code points first, which takes
 * most of a second.
 */
export const anyText = ({ maxLength }: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: codePoint, ...(maxLength !== undefined && { maxLength }) }) },
    { weight: 1, arbitrary: fc.constantFrom(...INHERITED).map(name => name.slice(0, maxLength)) },
  );
