import type { History } from '#lib/control/metrics';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { lateImport } from '#lib/late-import';
import { logged } from '#lib/operations/definition/logged';
import { OPERATIONS } from '#lib/operations/table';
import { type HttpApp, serve } from './serve.ts';

const lateDocument = lateImport(() => import('../openapi/document.ts'));

/** Makes the API's OpenAPI document. Its code is loaded with the first request for it. */
const describe = async () => {
  const { openApiDocument } = await lateDocument();
  return openApiDocument(OPERATIONS);
};

/** Who asks a server that listens on this machine alone. */
const ON_THIS_MACHINE = { from: '127.0.0.1' };

/** Makes the whole HTTP API, which the local stack answers in one process. */
export const httpApp = (
  deployment: Deployment,
  definitions: readonly Definition[],
  history?: History,
): HttpApp =>
  serve(deployment, definitions, OPERATIONS.map(logged), {
    describe,
    caller: ON_THIS_MACHINE,
    ...(history && { history }),
  });

/** Makes the operators' part of the HTTP API. In AWS a function of its own answers it, for callers that a policy allows. */
export const adminApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(
    deployment,
    definitions,
    OPERATIONS.filter(({ answeredBy }) => answeredBy === 'adminHttp').map(logged),
    { describe },
  );
