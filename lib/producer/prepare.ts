import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Item } from '../buffer/items.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import { ERROR_CODES, ItemError } from '../errors.ts';
import type { Refuse } from '../refuse.ts';
import { toJson } from '../to-json.ts';
import { limitsOf } from './limits-of.ts';

/** An item that has passed every check, and where it belongs. */
export interface PreparedItem extends Item {
  readonly group: string | undefined;
}

/**
 * Checks items and writes them as they will be stored. Nothing has been stored when it throws.
 *
 * @throws ItemError for the first item that cannot be taken; `details.index` is its place
 */
export async function prepare(definition: Definition, items: readonly unknown[]): Promise<PreparedItem[]> {
  const prepared: PreparedItem[] = [];
  const groups = new Set<string | undefined>();
  for (const [index, given] of items.entries()) {
    const refuse: Refuse = (code, message, details) => {
      throw new ItemError(code, `batch ${JSON.stringify(definition.name)}, item ${index}: ${message}`, {
        details: { batch: definition.name, index, ...details },
      });
    };
    const item = definition.schema ? await validated(definition.schema, given, refuse) : given;
    const json = toJson(item, refuse);
    const bytes = Buffer.byteLength(json);
    checkSize(definition, bytes, refuse);
    // keys are taken from the item as it will come out: the consumer takes them again, and has only its JSON
    const asked = definition.groupBy ?? definition.deduplicateBy ?? definition.urgent;
    const stored: unknown = asked ? JSON.parse(json) : undefined;
    const group = definition.groupBy && keyOf('groupBy', definition.groupBy, stored, refuse);
    const key = definition.deduplicateBy && keyOf('deduplicateBy', definition.deduplicateBy, stored, refuse);
    if (!groups.has(group)) checkLimits(definition, group, refuse);
    groups.add(group);
    prepared.push({
      index,
      json,
      bytes,
      group,
      ...(key !== undefined && { key }),
      ...(definition.urgent && isUrgent(definition.urgent, stored, refuse) && { urgent: true }),
    });
  }
  return prepared;
}

async function validated(schema: StandardSchemaV1, item: unknown, refuse: Refuse): Promise<unknown> {
  let result: StandardSchemaV1.Result<unknown>;
  try {
    result = await schema['~standard'].validate(item);
  } catch (error) {
    return refuse(
      ERROR_CODES.itemRefused,
      `its schema threw: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (result.issues === undefined) return result.value;
  const { refuseForIssues } = await import('./schema-issues.ts');
  return refuseForIssues(result.issues, refuse);
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

function checkLimits(definition: Definition, group: string | undefined, refuse: Refuse): void {
  try {
    limitsOf(definition, group);
  } catch (error) {
    refuse(ERROR_CODES.limitsInvalid, error instanceof Error ? error.message : String(error), { group });
  }
}

function isUrgent(urgent: (item: unknown) => boolean, item: unknown, refuse: Refuse): boolean {
  try {
    return Boolean(urgent(item));
  } catch (error) {
    return refuse(
      ERROR_CODES.urgentInvalid,
      `urgent threw: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
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
  let key: unknown;
  try {
    key = keyBy(item);
  } catch (cause) {
    return refuse(code, `${option} threw: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof key !== 'string') {
    return refuse(code, `${option} must return a string; it returned ${key === null ? 'null' : typeof key}.`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(key));
  if (bytes > limit) {
    refuse(code, `${option} returned a key of ${bytes} bytes as JSON, and it may have ${limit}. Hash it.`, {
      bytes,
      limit,
    });
  }
  return key;
}
