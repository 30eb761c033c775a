import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Whether an event, which may be any JSON, is a request of an HTTP API, and no direct invocation. */
export function isHttpEvent(event: unknown): event is APIGatewayProxyEventV2 {
  const { version, rawPath, requestContext } = (event ?? {}) as Partial<APIGatewayProxyEventV2>;
  return version === '2.0' && typeof rawPath === 'string' && typeof requestContext?.http === 'object';
}
