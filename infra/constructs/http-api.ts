import { HttpApi as Api } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface HttpApiProps {
  readonly name: string;
  readonly ingest: IFunction;
}

/**
 * The HTTP API. One route takes everything and the ingest function tells what is there, so that the API is the
 * same here and on one's own machine. Requests have to be signed (AWS_IAM), `/health` too.
 */
export class HttpApi extends Construct {
  readonly endpoint: string;

  constructor(scope: Construct, id: string, { name, ingest }: HttpApiProps) {
    super(scope, id);
    const api = new Api(this, 'Api', {
      apiName: name,
      defaultIntegration: new HttpLambdaIntegration('Ingest', ingest),
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    this.endpoint = api.apiEndpoint;
  }
}
