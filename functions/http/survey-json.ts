/** What can be told of a JSON text without parsing it. */
export interface JsonSurvey {
  /** Levels of nesting; one more than `maxDepth` where there are more than that. */
  readonly depth: number;
  /** Fields of the outermost object, each as often as it is there. */
  readonly fields: number;
}

const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Looks over a JSON text in one pass, with no memory of its own. `JSON.parse` takes as deep a nesting as there is, at a
 * second for a few megabytes of brackets, and of a field that is there twice it keeps the last without a word.
 * Of a text that is no JSON it says anything.
 */
export function surveyJson(text: string, maxDepth: number): JsonSurvey {
  let [depth, deepest, fields] = [0, 0, 0];
  for (let at = 0; at < text.length && deepest <= maxDepth; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPEN_ARRAY || character === OPEN_OBJECT) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === CLOSE_ARRAY || character === CLOSE_OBJECT) depth -= 1;
    else if (character === COLON && depth === 1) fields += 1;
  }
  return { depth: deepest, fields };
}

/** Where the string ends that begins at a quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
    if (text.charCodeAt(at) === BACKSLASH) at += 1;
  }
  return at;
}
