import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import type { Services } from '#lib/store/services';
import { toProblem } from '../problem.ts';
import { problemResponse } from './problem-response.ts';
import type { HttpApp } from './serve.ts';

/** Answers a request of an HTTP API (payload format 2.0). */
export async function answerHttpEvent(
  app: HttpApp,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  return toResult(await respond(app, event));
}

/** Answers a request whose items may be in this process alone. What is not Cistern's own is logged, and told nothing of. */
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

/** An event that no request can be made of, as of the method TRACE, is the sender's fault too. */
async function respond(app: HttpApp, event: APIGatewayProxyEventV2): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch (cause) {
    const message = `The event is no request that can be answered: ${String(cause)}.`;
    return problemResponse(toProblem(new RequestError(ERROR_CODES.requestMalformed, message, { cause })));
  }
  return app.fetch(request);
}

/** What the API reads of a request's headers. No other is looked at, whatever it holds. */
const HEADERS = ['content-type', 'content-length', 'content-encoding'];

/**
 * What a URL drops from a path (tabs, line ends), or takes for something else (`\\` for a slash), or resolves (`..`).
 * Left alone it would make of a path that a policy lets in another one that it does not.
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
  // API Gateway has decoded some of the path; what would be read otherwise now is written out again
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
