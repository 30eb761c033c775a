import { messageOf } from '../errors/error-facts.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { Entry } from './entry.ts';
import type { Refusal } from './item.ts';

export const NOT_JSON = 'cli.line_not_json';

/** Returns why a text is not JSON, or undefined if it is. */
export function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `It is not JSON: ${messageOf(error)}.`;
  }
}

export const tooLong = (line: number): Refusal => ({
  line,
  code: 'cli.line_too_long',
  detail: `It has more than the ${MAX_BODY_BYTES} bytes that a request may have.`,
});

/** Makes an item of JSON as it was written, or a refusal if the text is not JSON. */
export function toEntry(line: number, json: string): Entry['entry'] {
  const detail = whyNotJson(json);
  if (detail !== undefined) return { refusal: { line, code: NOT_JSON, detail } };
  const bytes = Buffer.byteLength(json);
  return bytes > MAX_BODY_BYTES ? { refusal: tooLong(line) } : { item: { line, json, bytes } };
}
