import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { answerHttpEvent } from './http/api-gateway.ts';
import { ADMIN_ROUTES } from './http/app.ts';
import { serve } from './http/serve.ts';

/** What operators see and do over HTTP. */
export function adminHttp(deployment: Deployment, definitions: readonly Definition[]) {
  const app = serve(deployment, definitions, ADMIN_ROUTES);
  return (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    answerHttpEvent(app, event);
}
