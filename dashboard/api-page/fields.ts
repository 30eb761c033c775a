import { type Html, html, prose } from './html.ts';
import type { OpenApi, Schema } from './open-api.ts';

/** How deep fields of fields are shown. */
const DEPTH = 4;

interface Field {
  /** `refused[].job`. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Lists the fields of a schema, and those of the objects in it. */
export function fieldsOf(schema: Schema | undefined, document: OpenApi, prefix = '', depth = 0): Field[] {
  const { properties = {}, required = [], allOf = [], items } = resolved(schema, document);
  const own = Object.entries(properties).flatMap(([name, each]) => [
    {
      name: prefix + name,
      type: typeOf(each, document),
      required: required.includes(name),
      description: each.description ?? resolved(each, document).description ?? '',
    },
    ...(depth < DEPTH
      ? fieldsOf(each, document, `${prefix}${name}${isList(each, document) ? '' : '.'}`, depth + 1)
      : []),
  ]);
  const ofItems = items && depth < DEPTH ? fieldsOf(items, document, `${prefix}[].`, depth + 1) : [];
  return [...own, ...ofItems, ...allOf.flatMap(each => fieldsOf(each, document, prefix, depth))];
}

const isList = (schema: Schema, document: OpenApi): boolean => resolved(schema, document).items !== undefined;

function resolved(schema: Schema | undefined, { components }: OpenApi): Schema {
  const name = schema?.$ref?.split('/').at(-1);
  return (name === undefined ? schema : components?.schemas?.[name]) ?? {};
}

function typeOf(schema: Schema, document: OpenApi): string {
  const { type, enum: values, const: value, items, anyOf, oneOf } = resolved(schema, document);
  if (values) return values.map(each => JSON.stringify(each)).join(', ');
  if (value !== undefined) return JSON.stringify(value);
  if (items) return `list of ${typeOf(items, document)}`;
  const either = anyOf ?? oneOf;
  if (either) return [...new Set(either.map(each => typeOf(each, document)))].join(' or ');
  return type ?? 'any';
}

/** Shows fields as a table; nothing where there are none. */
export function fieldsTable(caption: string, fields: readonly Field[]): Html | undefined {
  if (fields.length === 0) return undefined;
  const rows = fields.map(
    ({ name, type, required, description }) =>
      html`<tr><th scope="row"><code>${name}</code>${required ? html` <span class="muted">required</span>` : undefined}</th><td>${type}</td><td>${prose(description)}</td></tr>`,
  );
  return html`<table class="api-fields"><caption>${caption}</caption><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`;
}
