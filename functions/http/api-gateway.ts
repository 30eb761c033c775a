import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import type { Services } from '#lib/store/services';
import { toProblem } from '../problem.ts';
import { problemResponse } from './problem-response.ts';
import type { HttpApp } from './serve.ts';

/**
 * Answers a request of an HTTP API (payload format 2.0).
 *
 * @param env what the app gets besides the request, such as who asks
 */
export async function answerHttpEvent(
  app: HttpApp,
  event: APIGatewayProxyEventV2,
  env?: Parameters<HttpApp['fetch']>[1],
): Promise<APIGatewayProxyStructuredResultV2> {
  return toResult(await respond(app, event, env));
}

/** Answers with an error. An error that is not Cistern's own is logged, and the caller learns nothing of its text. */
export async function answerError(
  error: unknown,
  warn: Services['warn'],
): Promise<APIGatewayProxyStructuredResultV2> {
  const problem = toProblem(error);
  if (problem.status === 500) warn('a request could not be answered', error);
  return toResult(problemResponse(problem));
}

const toResult = async (response: Response): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

/** Answers an event. If no request can be made of it, as with the method TRACE, the caller gets an error too. */
async function respond(
  app: HttpApp,
  event: APIGatewayProxyEventV2,
  env: Parameters<HttpApp['fetch']>[1],
): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch (cause) {
    const message = `The event is no request that can be answered: ${String(cause)}.`;
    return problemResponse(toProblem(new RequestError(ERROR_CODES.requestMalformed, message, { cause })));
  }
  return app.fetch(request, env);
}

/** The headers that the API reads. It ignores all others. */
const HEADERS = ['content-type', 'content-length', 'content-encoding'];

/**
 * Parts of a path that a URL drops (tabs, line ends), reads as another character (`\\` as a slash) or resolves (`..`).
 * They could turn a path that a policy allows into one that it does not allow.
 */
const RESOLVED = /[\s?#\\]|(?<=\/)(?:\.|%2e){1,2}(?=\/|$)/gi;

function toRequest({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext,
}: APIGatewayProxyEventV2): Request {
  const { method } = requestContext.http;
  // API Gateway has decoded part of the path: encode again the characters that a URL would read differently
  const path = rawPath.replaceAll(RESOLVED, text => encodeURIComponent(text.replaceAll('.', '%2E')));
  const url = `https://${requestContext.domainName}${path}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers: HEADERS.flatMap((name): [string, string][] => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.replaceAll(/[^ -~]/g, '?')]];
    }),
    ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
}
