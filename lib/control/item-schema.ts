import type { Definition } from '../definition/options.ts';

/** Bytes of JSON that a schema may have. */
const MOST_BYTES = 200_000;
const DRAFT = 'draft-2020-12';

/** What is known of the items that a batch takes. */
export interface ItemSchema {
  /** Whether the definition has a schema. Without one it takes any JSON. */
  readonly checked: boolean;
  /**
   * The schema as JSON Schema (draft 2020-12): of what an add takes, before the schema changes it. Absent where the schema
   * does not offer it.
   */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
}

/**
 * Returns a definition's schema as JSON Schema, as far as the schema offers it: by Standard JSON Schema
 * (https://standardschema.dev/json-schema), or by a method of its own. What it throws means that it does not.
 */
export function itemSchema({ schema }: Pick<Definition, 'schema'>): ItemSchema {
  if (schema === undefined) return { checked: false };
  for (const offer of OFFERS) {
    const offered = asked(schema as unknown as Offering, offer);
    if (offered) return { checked: true, jsonSchema: offered };
  }
  return { checked: true };
}

/** How schemas of well-known libraries offer it. */
interface Offering {
  readonly '~standard'?: { readonly jsonSchema?: { readonly input?: (options: object) => unknown } };
  readonly toJSONSchema?: (options: object) => unknown;
  readonly toJsonSchema?: () => unknown;
}
const OFFERS: readonly ((schema: Offering) => unknown)[] = [
  schema => schema['~standard']?.jsonSchema?.input?.({ target: DRAFT }),
  schema => schema.toJSONSchema?.({ io: 'input', unrepresentable: 'any' }),
  schema => schema.toJsonSchema?.(),
];

function asked(schema: Offering, offer: (schema: Offering) => unknown): ItemSchema['jsonSchema'] | undefined {
  try {
    const text = JSON.stringify(offer(schema));
    if (text === undefined || Buffer.byteLength(text) > MOST_BYTES) return undefined;
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
