import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { lateImport } from '#lib/late-import';
import { OPERATIONS } from '#lib/operations/table';
import { type HttpApp, serve } from './serve.ts';

const lateDocument = lateImport(() => import('../openapi/document.ts'));

/** The API's description. What makes it is loaded when somebody asks for it. */
const describe = async () => {
  const { openApiDocument } = await lateDocument();
  return openApiDocument(OPERATIONS);
};

/** The whole HTTP API: on one's own machine one process answers it. */
export const httpApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(deployment, definitions, OPERATIONS, describe);

/** What only operators need: in AWS a function of its own answers it, to whom the policy lets in. */
export const adminApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(
    deployment,
    definitions,
    OPERATIONS.filter(({ answeredBy }) => answeredBy === 'adminHttp'),
    describe,
  );
