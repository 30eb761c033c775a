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

/**
 * Holds answers to the document: their status, media type and body have to be among those that it has for the
 * operation.
 *
 * @returns what is wrong with an answer
 */
export function conformance(): (method: string, path: string, response: Response) => Promise<string[]> {
  const document = documentOf(openApiDocument(OPERATIONS));
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': isTime } });
  ajv.addSchema({ $id: 'document', ...document });
  const templates = Object.keys(document.paths).map(template => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return async (method, path, response) => {
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
    const schema: object = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"document#/'));
    const validate = ajv.compile(schema);
    validate(await response.clone().json());
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${method} ${path} ${response.status} ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** ISO 8601 in UTC, to the millisecond, as JavaScript writes it. */
const isTime = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
