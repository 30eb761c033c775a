import type { Item } from '../buffer/items.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { ItemError } from '../errors.ts';
import { toJson } from '../json/to-json.ts';
import { lateImport } from '../late-import.ts';
import { kindOf } from '../text/kind-of.ts';
import { messageOf } from '../text/message-of.ts';
import { callCallback } from './call-callback.ts';
import { type Bounds, limitsOf } from './limits-of.ts';
import type { Refuse } from './refuse.ts';
import { snapshot } from './snapshot.ts';

const lateValidated = lateImport(() => import('./validated.ts'));

/** An item that has passed every check, and where it belongs. */
export interface PreparedItem extends Item {
  readonly group: string | undefined;
  /** The bounds of its group when it was added. */
  readonly bounds: Bounds;
}

/** Items as they were when they were given. */
export type TakenItems =
  | { readonly prepared: PreparedItem[] }
  /** Copies, which the definition's schema has not seen yet. */
  | { readonly unchecked: readonly unknown[] };

/**
 * Takes items as they are now, so that later changes of the caller's objects do not change what is stored (invariant
 * 14). Items are checked and written as JSON at once. Items of a definition with a schema are copied instead, since a
 * schema may be asynchronous.
 *
 * @throws ItemError for the first item that cannot be taken; `details.index` is its place
 */
export function take(definition: Definition, items: readonly unknown[]): TakenItems {
  if (definition.schema === undefined) return { prepared: prepareAll(definition, items) };
  // A gap in the array is an item too. `map` would skip it.
  return { unchecked: Array.from(items, (item, index) => snapshot(item, refusing(definition, index))) };
}

/**
 * Checks items and writes them as they will be stored.
 *
 * @throws ItemError as `take`
 */
export async function check(
  definition: Definition,
  taken: Extract<TakenItems, { unchecked: unknown }>,
): Promise<PreparedItem[]> {
  const { validated } = await lateValidated();
  const { schema } = definition;
  const bounds = new Map<string | undefined, Bounds>();
  const prepared: PreparedItem[] = [];
  for (const [index, item] of taken.unchecked.entries()) {
    const refuse = refusing(definition, index);
    // Written as JSON at once, since the value may hold objects that the schema changes later.
    const value = schema ? await validated(schema, item, refuse) : item;
    prepared.push(prepareItem(definition, index, value, bounds, refuse));
  }
  return prepared;
}

function prepareAll(definition: Definition, items: readonly unknown[]): PreparedItem[] {
  const bounds = new Map<string | undefined, Bounds>();
  const prepared: PreparedItem[] = [];
  // A gap in the array is an item too. `forEach` would skip it.
  for (let index = 0; index < items.length; index++) {
    prepared.push(prepareItem(definition, index, items[index], bounds, refusing(definition, index)));
  }
  return prepared;
}

function prepareItem(
  definition: Definition,
  index: number,
  item: unknown,
  known: Map<string | undefined, Bounds>,
  refuse: Refuse,
): PreparedItem {
  const { groupBy, deduplicateBy, urgent } = definition;
  const json = toJson(item, refuse);
  const bytes = Buffer.byteLength(json);
  checkSize(definition, bytes, refuse);
  // Callbacks get the item as the handler will get it, and never the caller's own object.
  const stored: unknown = (groupBy ?? deduplicateBy ?? urgent) ? JSON.parse(json) : undefined;
  const group = groupBy && keyOf('groupBy', groupBy, stored, refuse);
  const key = deduplicateBy && keyOf('deduplicateBy', deduplicateBy, stored, refuse);
  const bounds = definition.limits === undefined ? definition : boundsOf(definition, group, known, refuse);
  return {
    index,
    json,
    bytes,
    group,
    bounds,
    ...(key !== undefined && { key }),
    ...(urgent && isUrgent(urgent, stored, refuse) && { urgent: true }),
  };
}

/** Refuses an item by its place. */
function refusing({ name }: Definition, index: number): Refuse {
  return (code, message, details) => {
    throw new ItemError(code, `batch ${JSON.stringify(name)}, item ${index}: ${message}`, {
      details: { batch: name, index, ...details },
    });
  };
}

function checkSize({ maxBytes }: Definition, bytes: number, refuse: Refuse): void {
  const limit = Math.min(LIMITS.itemBytes, maxBytes ?? Number.POSITIVE_INFINITY);
  if (bytes <= limit) return;
  const which = limit === maxBytes ? "the batch's maxBytes" : 'the largest that one record holds';
  refuse(
    ERROR_CODES.itemTooLarge,
    `it is ${bytes} bytes as JSON, and an item may have ${limit}, ${which}. Store large content elsewhere and add a reference to it.`,
    { bytes, limit },
  );
}

/** Calls `limits` once for each group of a call. */
function boundsOf(
  definition: Definition,
  group: string | undefined,
  known: Map<string | undefined, Bounds>,
  refuse: Refuse,
): Bounds {
  const asked = known.get(group);
  if (asked) return asked;
  try {
    const bounds = limitsOf(definition, group);
    known.set(group, bounds);
    return bounds;
  } catch (error) {
    return refuse(ERROR_CODES.limitsInvalid, messageOf(error), { group });
  }
}

function isUrgent(urgent: (item: unknown) => boolean, item: unknown, refuse: Refuse): boolean {
  const code = ERROR_CODES.urgentInvalid;
  const answer = callCallback('urgent', code, refuse, () => urgent(item));
  if (typeof answer === 'boolean' || answer === undefined) return answer === true;
  return refuse(code, `urgent must return true or false; it returned ${kindOf(answer)}.`);
}

const KEY_RULES = {
  groupBy: { code: ERROR_CODES.groupKeyInvalid, limit: LIMITS.groupKeyBytes },
  deduplicateBy: { code: ERROR_CODES.dedupKeyInvalid, limit: LIMITS.dedupKeyBytes },
} as const;

function keyOf(
  option: keyof typeof KEY_RULES,
  keyBy: (item: unknown) => string,
  item: unknown,
  refuse: Refuse,
): string {
  const { code, limit } = KEY_RULES[option];
  const key = callCallback(option, code, refuse, () => keyBy(item));
  if (typeof key !== 'string')
    return refuse(code, `${option} must return a string; it returned ${kindOf(key)}.`);
  const bytes = Buffer.byteLength(JSON.stringify(key));
  if (bytes > limit) {
    refuse(code, `${option} returned a key of ${bytes} bytes as JSON, and it may have ${limit}. Hash it.`, {
      bytes,
      limit,
    });
  }
  return key;
}
