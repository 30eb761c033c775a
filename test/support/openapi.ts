import { Ajv2020 } from 'ajv/dist/2020.js';
import { OPERATIONS } from '#lib/operations/table';
import { openApiDocument } from '../../functions/openapi/document.ts';

interface Content {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface OperationObject {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly headers?: object; readonly content: Readonly<Record<string, Content>> }>
  >;
}

/** An OpenAPI document, as far as tests look into it. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

/** A document as whoever gets it has it. */
export const documentOf = (made: object): OpenApi => JSON.parse(JSON.stringify(made)) as OpenApi;

type Validator = ReturnType<Ajv2020['compile']>;

/** The document, and the validators of the answers that it has. Both take long to make, and never change. */
const made = lazily(() => {
  const document = documentOf(openApiDocument(OPERATIONS));
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': isTime } });
  ajv.addSchema({ $id: 'document', ...document });
  const templates = Object.keys(document.paths).map(template => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  const validators = new Map<Content, Validator>();
  const validatorOf = (content: Content): Validator => {
    const there = validators.get(content);
    if (there) return there;
    const schema: object = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"document#/'));
    const fresh = ajv.compile(schema);
    validators.set(content, fresh);
    return fresh;
  };
  return { document, templates, validatorOf };
});

/**
 * Holds an answer to the document: its status, media type and body have to be among those that it has for the operation.
 *
 * @returns what is wrong with the answer
 */
export async function wrongWith(method: string, path: string, response: Response): Promise<string[]> {
  const { document, templates, validatorOf } = made();
  const [pathname = ''] = path.split('?');
  const found = templates.find(
    ({ template, pattern }) =>
      pattern.test(pathname) && document.paths[template]?.[method.toLowerCase()] !== undefined,
  );
  if (found === undefined) return [`${method} ${path} is not described`];
  const described = document.paths[found.template]?.[method.toLowerCase()]?.responses[response.status];
  if (described === undefined) return [`${method} ${path} is not described to answer ${response.status}`];
  const content = described.content[response.headers.get('content-type') ?? ''];
  if (content === undefined) return [`${method} ${path} answers ${response.headers.get('content-type')}`];
  const validate = validatorOf(content);
  validate(await response.clone().json());
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${method} ${path} ${response.status} ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function lazily<T>(make: () => T): () => T {
  let there: { readonly value: T } | undefined;
  return () => {
    there ??= { value: make() };
    return there.value;
  };
}

/** ISO 8601 in UTC, to the millisecond, as JavaScript writes it. */
const isTime = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
