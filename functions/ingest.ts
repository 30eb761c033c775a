import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { findDefinition } from '#lib/definition/find-definition';
import type { Definition } from '#lib/definition/options';
import { answering } from '#lib/deployment/answering';
import type { Deployment } from '#lib/deployment/deployment';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import { lateImport } from '#lib/late-import';
import { type IngestAnswer, ingestBody } from '#lib/operations/ingest/ingest-body';
import { isHttpEvent } from './http/is-http-event.ts';

const lateIngestApp = lateImport(() => import('./http/ingest-app.ts'));
const lateInvocationError = lateImport(() => import('./invocation-error.ts'));

/** The event of a direct invocation: `{ batch, item }` or `{ batch, items }`. */
export interface IngestEvent {
  readonly batch: string;
  readonly item?: unknown;
  readonly items?: readonly unknown[];
}

/**
 * Adds items, over HTTP or by direct invocation. A direct invocation that cannot be served throws an InvocationError, so
 * that no caller believes its items stored. The error says the same as a problem over HTTP.
 */
export function ingest(deployment: Deployment, definitions: readonly Definition[]) {
  // code that only HTTP needs is loaded with the first request over HTTP
  const loadHttp = async () => {
    const { answerError, answerHttpEvent, ingestApp } = await lateIngestApp();
    return { answerError, answerHttpEvent, app: ingestApp(deployment, definitions) };
  };
  let http: ReturnType<typeof loadHttp> | undefined;
  return async (event: IngestEvent | APIGatewayProxyEventV2): Promise<IngestAnswer | object> => {
    if (isHttpEvent(event)) {
      http ??= loadHttp();
      const { answerHttpEvent, app, answerError } = await http;
      return answering(
        () => deployment,
        () => answerHttpEvent(app, event),
      ).catch(error => answerError(error, deployment.services.warn));
    }
    try {
      return await answering(
        () => deployment,
        () => {
          const { batch, ...body } = parseEvent(event);
          return ingestBody(deployment, findDefinition(definitions, batch), body);
        },
      );
    } catch (error) {
      const { toInvocationError } = await lateInvocationError();
      throw toInvocationError(error, deployment.services.warn);
    }
  };
}

function parseEvent(event: unknown): IngestEvent {
  if (typeof event === 'object' && event !== null && 'batch' in event && typeof event.batch === 'string') {
    return event as IngestEvent;
  }
  throw new RequestError(
    ERROR_CODES.requestMalformed,
    'An invocation has to be {"batch": …, "item": …} or {"batch": …, "items": […]}.',
  );
}
