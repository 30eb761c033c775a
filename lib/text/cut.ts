/**
 * The first `length` characters (UTF-16 units) of a text, as well-formed Unicode. A cut never splits a character, and
 * half a character that stands alone becomes U+FFFD. Every text of a user's that is stored goes through here.
 */
export function beginningOf(text: string, length: number): string {
  const part = text.slice(0, length);
  const splits = text.length > length && isHighSurrogate(part.charCodeAt(part.length - 1));
  return (splits ? part.slice(0, -1) : part).toWellFormed();
}

/** The beginning of a text that is quoted, with `…` where more follows: what comes from outside may be of any length. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${beginningOf(text, length)}…` : text.toWellFormed();

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
