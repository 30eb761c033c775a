import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Returns whether an event, which may be any JSON, is a request of an HTTP API and not a direct invocation. */
export function isHttpEvent(event: unknown): event is APIGatewayProxyEventV2 {
  const { version, rawPath, requestContext } = (event ?? {}) as Partial<APIGatewayProxyEventV2>;
  return version === '2.0' && typeof rawPath === 'string' && typeof requestContext?.http === 'object';
}
