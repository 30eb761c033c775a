/** A field of an item, as its JSON Schema says. */
export interface SchemaField {
  readonly name: string;
  /** `json` where the schema asks for more than an input can. */
  readonly kind: 'text' | 'number' | 'integer' | 'flag' | 'choice' | 'json';
  readonly required: boolean;
  readonly hint?: string;
  /** Of a choice. */
  readonly values?: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** The fields of an item; undefined where an item is no object with known fields. */
export function fieldsOf(schema: Schema | undefined): SchemaField[] | undefined {
  const properties = schema?.['properties'];
  if (!isSchema(properties)) return undefined;
  const required = schema?.['required'];
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, of]) => ({
    name,
    required: names.includes(name),
    ...kindOf(isSchema(of) ? of : {}),
  }));
}

function kindOf(schema: Schema): Omit<SchemaField, 'name' | 'required'> {
  const { type, description, format } = schema;
  const values = schema['enum'];
  const said = typeof description === 'string' ? description : format;
  const hint = typeof said === 'string' ? { hint: said } : {};
  if (Array.isArray(values) && values.every(value => typeof value === 'string')) {
    return { kind: 'choice', values, ...hint };
  }
  if (type === 'string') return { kind: 'text', ...hint };
  if (type === 'number' || type === 'integer') return { kind: type, ...hint };
  return type === 'boolean' ? { kind: 'flag', ...hint } : { kind: 'json', ...hint };
}

/**
 * The item that was filled in, as JSON: numbers are as they were written. What was left empty is left out, unless it is
 * a required text.
 */
export function itemOf(fields: readonly SchemaField[], values: ReadonlyMap<string, string>): string {
  const parts = fields.flatMap(({ name, kind, required }) => {
    const value = values.get(name) ?? '';
    if (kind === 'flag') return required || value !== '' ? [[name, String(value !== '')] as const] : [];
    const isText = kind === 'text' || kind === 'choice';
    if (value.trim() === '' && !(isText && required)) return [];
    return [[name, isText ? JSON.stringify(value) : value.trim()] as const];
  });
  return `{${parts.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
