/**
 * What a terminal would obey instead of showing it: C0 and C1 controls, line and paragraph separators, what turns
 * the direction of writing, and halves of surrogate pairs.
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with everything in it made visible, so that no item and no group's name can drive the terminal. */
export const visible = (text: string): string =>
  text.replace(OBEYED, character => SHORT[character] ?? escaped(character));

/** A value as JSON in one line: the same value, with what a terminal would obey written as escapes. */
export const toJsonLine = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(OBEYED, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
