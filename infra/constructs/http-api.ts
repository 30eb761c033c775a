import { HttpApi as Api, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HTTP_ROUTES, type HttpRoute } from '#lib/topology';

export interface HttpApiProps {
  readonly name: string;
  readonly ingest: IFunction;
  readonly admin: IFunction;
}

/**
 * The HTTP API. Its routes are written out one by one, so that a policy can let callers in by route
 * (`…/POST/v1/batches/orders/flush`). What is none of them is the ingest function's, which says that nothing is there
 * and has nothing of what operators do. Requests have to be signed (AWS_IAM), `/health` too.
 */
export class HttpApi extends Construct {
  readonly endpoint: string;

  constructor(scope: Construct, id: string, { name, ingest, admin }: HttpApiProps) {
    super(scope, id);
    const toIngest = invoke('Ingest', ingest);
    const api = new Api(this, 'Api', {
      apiName: name,
      defaultIntegration: toIngest,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    const add = (routes: readonly HttpRoute[], integration: HttpLambdaIntegration) => {
      for (const { method, path } of routes) {
        api.addRoutes({ path, methods: [method as HttpMethod], integration });
      }
    };
    add(HTTP_ROUTES.ingest, toIngest);
    add(HTTP_ROUTES.adminHttp, invoke('Admin', admin));
    this.endpoint = api.apiEndpoint;
  }
}

/** A function, which the API as a whole may invoke: a permission for each route says no more, and counts. */
const invoke = (id: string, target: IFunction): HttpLambdaIntegration =>
  new HttpLambdaIntegration(id, target, { scopePermissionToRoute: false });
