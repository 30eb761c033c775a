import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '#lib/control/actions';

/** Tells who has sent a request: as the API's authorizer knows them, and from where. */
export function callerOf({ requestContext }: APIGatewayProxyEventV2): Caller {
  const authorizer = ((requestContext as { authorizer?: unknown }).authorizer ?? {}) as Authorizer;
  const by = authorizer.iam?.userArn ?? authorizer.jwt?.claims?.['sub'] ?? authorizer.lambda?.['principalId'];
  return {
    ...(typeof by === 'string' && { by }),
    ...(requestContext.http.sourceIp !== undefined && { from: requestContext.http.sourceIp }),
  };
}

/** What an authorizer says of a caller: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
interface Authorizer {
  readonly iam?: { readonly userArn?: unknown };
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
  readonly lambda?: Readonly<Record<string, unknown>> | null;
}
