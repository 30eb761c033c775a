import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Whether an event is a request of an HTTP API, and no direct invocation. */
export const isHttpEvent = (event: object): event is APIGatewayProxyEventV2 =>
  'version' in event && event.version === '2.0' && 'requestContext' in event && 'rawPath' in event;
