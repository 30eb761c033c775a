/** Facts about a JSON text that has not been parsed. */
export interface JsonSurvey {
  /** Levels of nesting, or `maxDepth` + 1 if there are more. */
  readonly depth: number;
  /** The number of fields of the outermost object, repeated ones included. */
  readonly fields: number;
  /** The number of elements of the array in its field `items`, if that name is written without escapes. */
  readonly items: number;
  /** The first number that parsing would change, as written in the text. */
  readonly changed?: string;
  /** The index of the element of `items` with that number, if it is in one. */
  readonly changedAt?: number;
}

const [QUOTE, COLON, COMMA, BACKSLASH, MINUS] = [0x22, 0x3a, 0x2c, 0x5c, 0x2d];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [ZERO, NINE] = [0x30, 0x39];

/**
 * Surveys a JSON text in one pass. `JSON.parse` alone does not bound the nesting, and takes a second for a few megabytes of
 * brackets. It silently keeps the last of repeated fields, and rounds numbers to doubles. For a text that is not JSON the
 * result means nothing.
 */
export function surveyJson(text: string, maxDepth: number): JsonSurvey {
  let [depth, deepest, fields, items] = [0, 0, 0, 0];
  /** The last string read at the outermost object's level, with its quotes. */
  let name = '';
  /** Where the array `items` begins, while the survey is in it. */
  let list: number | undefined;
  let changed: Pick<JsonSurvey, 'changed' | 'changedAt'> | undefined;
  for (let at = 0; at < text.length && deepest <= maxDepth; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      const start = at;
      at = endOfString(text, start);
      if (depth === 1) name = text.slice(start, at + 1);
    } else if (character === OPEN_ARRAY || character === OPEN_OBJECT) {
      depth += 1;
      deepest = Math.max(deepest, depth);
      if (depth === 2 && character === OPEN_ARRAY && name === '"items"') [list, items] = [at, 0];
    } else if (character === CLOSE_ARRAY || character === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === 1 && list !== undefined) {
        if (items > 0 || text.slice(list + 1, at).trim() !== '') items += 1;
        list = undefined;
      }
    } else if (character === COLON && depth === 1) fields += 1;
    else if (character === COMMA && depth === 2 && list !== undefined) items += 1;
    else if (character === MINUS || isDigit(character)) {
      const end = endOfNumber(text, at);
      if (changed === undefined && end - at >= LENGTH_TO_LOOK_AT && !isKept(text.slice(at, end))) {
        changed = { changed: text.slice(at, end), ...(list !== undefined && { changedAt: items }) };
      }
      at = end - 1;
    }
  }
  return { depth: deepest, fields, items, ...changed };
}

/** Finds the end of the string that begins at a quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
    if (text.charCodeAt(at) === BACKSLASH) at += 1;
  }
  return at;
}

const isDigit = (character: number): boolean => character >= ZERO && character <= NINE;

/** Finds the end of a number: in JSON none of `+ - . E e` follows it. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && (isDigit(text.charCodeAt(end)) || '+-.Ee'.includes(text.charAt(end)))) end += 1;
  return end;
}

/** Parsing changes no number that is shorter: the shortest that it changes is 1e309. */
const LENGTH_TO_LOOK_AT = 5;
/** How many digits a double always keeps. */
const SAFE_DIGITS = 15;

/**
 * Returns whether parsing keeps a number. An integer may identify an item, so it has to come out with the same digits. A
 * fraction may be rounded as JSON's readers do, but not to infinity.
 */
function isKept(number: string): boolean {
  if (number.length <= SAFE_DIGITS && !/e/i.test(number)) return true;
  const value = Number(number);
  return /^-?[1-9]\d*$/.test(number)
    ? String(value) === number
    : Math.abs(value) !== Number.POSITIVE_INFINITY;
}
