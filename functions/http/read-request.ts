import type * as v from 'valibot';
import { LIMITS } from '#lib/definition/limits';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import { parseInput } from '#lib/operations/definition/parse-input';
import { isBodyOptional } from '#lib/operations/definition/request';
import { checkCount } from '#lib/operations/ingest/ingest-body';
import { cut } from '#lib/text/cut';
import { surveyJson } from './survey-json.ts';

/**
 * The largest request body. Lambda takes events of 6 MB, in which the body is a JSON string with escaped quotes:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_BODY_BYTES = 4_000_000;

/** Levels of nesting in a body: those of an item, in an array, in an object. */
const MAX_DEPTH = LIMITS.itemDepth + 2;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
/** Finds the charset that a content type names, quoted or not. */
const CHARSETS = /;\s*charset\s*=\s*"?([^\s;"]*)/gi;

const malformed = (message: string, details?: Readonly<Record<string, unknown>>): RequestError =>
  new RequestError(ERROR_CODES.requestMalformed, message, details && { details });

/**
 * Decodes a percent-encoded text.
 * @throws RequestError `request.malformed`
 */
export function decode(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(`The ${where} ${JSON.stringify(text)} is no percent-encoded UTF-8.`);
  }
}

/**
 * Reads a request's query by its operation's schema. It refuses a repeated parameter and invalid UTF-8, which would
 * otherwise name another group than the caller means.
 *
 * @throws RequestError `request.malformed`
 */
export function readQuery(search: string, schema: v.GenericSchema | undefined): object {
  const entries = schema && 'entries' in schema ? (schema.entries as v.ObjectEntries) : {};
  const given: Record<string, unknown> = {};
  for (const pair of search.replace(/^\?/, '').split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair
      .split('=')
      .map(text => decode(text.replaceAll('+', ' '), 'query parameter'));
    if (Object.hasOwn(given, name)) throw malformed(`The query has ${JSON.stringify(name)} twice.`);
    Object.defineProperty(given, name, {
      value: typed(value.join('='), entries[name]),
      enumerable: true,
    });
  }
  if (schema) return parseInput(schema, given, 'query') as object;
  const [unknown] = Object.keys(given);
  if (unknown !== undefined)
    throw malformed(`Nothing is asked in the query here, such as ${JSON.stringify(unknown)}.`);
  return {};
}

/** Converts a query's text to its schema's type. A text that cannot be converted stays, and the schema refuses it. */
function typed(text: string, schema: object | undefined): unknown {
  const wrapped = schema && 'wrapped' in schema ? (schema.wrapped as object) : schema;
  const type = wrapped && 'type' in wrapped ? wrapped.type : undefined;
  if (type === 'number' && /^\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/**
 * Reads a request's body by its operation's schema. Its headers, its length, its nesting and the number of its items are
 * checked before it is parsed.
 *
 * @throws RequestError `request.malformed`, `request.too_large`, `request.unsupported_media_type`,
 *   `request.number_changed`
 */
export async function readBody(request: Request, schema: v.GenericSchema | undefined): Promise<object> {
  if (schema === undefined) return {};
  const bytes = await readBytes(request);
  if (bytes.length === 0 && isBodyOptional(schema)) return {};
  checkHeaders(request.headers);
  return parseInput(schema, parseJson(toText(bytes)), 'body') as object;
}

function checkHeaders(headers: Headers): void {
  const type = headers.get('content-type') ?? '';
  if (!JSON_TYPE.test(type)) {
    throw unsupported(`The body has to be application/json; it was ${type === '' ? 'of no type' : type}.`);
  }
  for (const [, charset = ''] of type.matchAll(CHARSETS)) {
    if (!/^utf-?8$/i.test(charset)) throw unsupported(`The body has to be UTF-8; it was ${charset}.`);
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw unsupported(`The body has to come as it is; it was encoded as ${encoding}.`);
  }
}

const unsupported = (message: string): RequestError =>
  new RequestError(ERROR_CODES.requestMediaType, message);

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Decodes UTF-8, and refuses invalid bytes, which would otherwise be replaced silently. */
function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

const tooLarge = (): RequestError =>
  new RequestError(
    ERROR_CODES.requestTooLarge,
    `The body may have ${MAX_BODY_BYTES} bytes. Send the items in several requests.`,
    { details: { limit: MAX_BODY_BYTES } },
  );

function parseJson(text: string): unknown {
  const { depth, fields, items, changed, changedAt } = surveyJson(text, MAX_DEPTH);
  if (depth > MAX_DEPTH) throw malformed(`The body is nested over ${MAX_DEPTH} levels deep.`);
  checkCount(items);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(`The body is not JSON: ${String(cause)}.`);
  }
  if (typeof value === 'object' && value !== null && fields > Object.keys(value).length) {
    throw malformed('The body has a field twice.');
  }
  if (changed !== undefined) throw numberChanged(changed, changedAt);
  return value;
}

function numberChanged(written: string, index: number | undefined): RequestError {
  const number = cut(written, 50);
  return new RequestError(
    ERROR_CODES.requestNumberChanged,
    `The number ${number} would become ${Number(written)}: numbers are doubles, which hold every integer up to 2^53 only. Send it as text.`,
    { details: { number, ...(index !== undefined && { index }) } },
  );
}
