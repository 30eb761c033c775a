import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpApp } from './serve.ts';

/** Answers a request of an HTTP API (payload format 2.0). */
export async function answerHttpEvent(
  app: HttpApp,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const response = await app.fetch(toRequest(event));
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

function toRequest({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext,
}: APIGatewayProxyEventV2): Request {
  const { method } = requestContext.http;
  // API Gateway has decoded some of the path; what would end it is written out again
  const path = rawPath.replaceAll('?', '%3F').replaceAll('#', '%23');
  const url = `https://${requestContext.domainName}${path}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
    ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
}
