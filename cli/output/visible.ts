/**
 * Matches characters that a terminal obeys instead of showing them: C0 and C1 controls, line and paragraph separators,
 * characters that change the direction of writing, and lone surrogates.
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression has to match them
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes all characters of a text visible, so that no item and no group's name can control the terminal. */
export const visible = (text: string): string =>
  text.replace(OBEYED, character => SHORT[character] ?? escaped(character));

/** Writes a value as JSON in one line. Characters that a terminal would obey are escaped. */
export const toJsonLine = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(OBEYED, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
