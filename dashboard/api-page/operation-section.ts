import { fieldsOf, fieldsTable } from './fields.ts';
import { type Html, html, prose } from './html.ts';
import type { OpenApi, Operation, Parameter } from './open-api.ts';

/** Shows an operation: what it does, what it is asked and answers, and how to call it. */
export function operationSection(route: string, operation: Operation, document: OpenApi): Html {
  const { operationId = route, summary = '', description = '', parameters = [], requestBody } = operation;
  const [method = '', path = ''] = route.split(' ');
  const body = requestBody?.content?.['application/json'];
  const [status, answer] = answerOf(operation);
  const json = answer?.content?.['application/json'];
  return html`<section class="panel" aria-labelledby="${operationId}">
<header class="panel-head"><h3 id="${operationId}"><code>${method} ${path}</code></h3><span class="muted">${summary}</span></header>
<div class="panel-body api-operation">
${description === '' ? undefined : html`<p>${prose(description)}</p>`}
${fieldsTable(
  'Parameters',
  parameters.map(each => parameterField(each)),
)}
${fieldsTable('Body', fieldsOf(body?.schema, document))}
<pre>${curl(method, path, parameters, body?.example)}</pre>
<p><strong>${status}</strong> ${prose(answer?.description ?? '')}</p>
${json?.example === undefined ? undefined : html`<pre>${JSON.stringify(json.example, null, 2)}</pre>`}
<details><summary>Fields of the answer</summary>${fieldsTable(`Answer of ${method} ${path}`, fieldsOf(json?.schema, document)) ?? html`<p>It has none.</p>`}</details>
<details><summary>Errors</summary><ul>${errorsOf(operation)}</ul></details>
</div></section>`;
}

const parameterField = ({ name, required = false, description = '', schema }: Parameter) => ({
  name,
  type: schema?.enum?.map(each => JSON.stringify(each)).join(', ') ?? schema?.type ?? 'any',
  required,
  description,
});

const answerOf = ({ responses = {} }: Operation) =>
  Object.entries(responses).find(([status]) => status.startsWith('2')) ?? ['', undefined];

const errorsOf = ({ responses = {} }: Operation): Html[] =>
  Object.entries(responses)
    .filter(([status]) => !status.startsWith('2'))
    .map(([status, { description = '' }]) => html`<li><strong>${status}</strong> ${prose(description)}</li>`);

/** Writes a call for a shell. Its address is in `CISTERN_URL`, as for the command line. */
function curl(method: string, path: string, parameters: readonly Parameter[], example: unknown): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(parameters.find(each => each.name === name)?.example ?? name)),
  );
  const url = `"$CISTERN_URL${filled}"`;
  if (method === 'GET') return `curl ${url}`;
  const body =
    example === undefined ? '' : ` \\\n  -H 'content-type: application/json' -d '${JSON.stringify(example)}'`;
  return `curl -X ${method} ${url}${body}`;
}
