/**
 * Returns the first `length` characters (UTF-16 units) of a text, as well-formed Unicode. A cut never splits a character,
 * and a lone surrogate becomes U+FFFD. Every user's text is passed through here before it is stored.
 */
export function beginningOf(text: string, length: number): string {
  const part = text.slice(0, length);
  const splits = text.length > length && isHighSurrogate(part.charCodeAt(part.length - 1));
  return (splits ? part.slice(0, -1) : part).toWellFormed();
}

/** Shortens a text for a quote, with `…` at the cut. A text from outside may be of any length. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${beginningOf(text, length)}…` : text.toWellFormed();

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
