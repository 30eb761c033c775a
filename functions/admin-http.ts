import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { answerHttpEvent } from './http/api-gateway.ts';
import { adminApp } from './http/app.ts';
import { callerOf } from './http/caller-of.ts';

/** Answers operators' requests over HTTP. */
export function adminHttp(deployment: Deployment, definitions: readonly Definition[]) {
  const app = adminApp(deployment, definitions);
  return (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    answerHttpEvent(app, event, { caller: callerOf(event) });
}
