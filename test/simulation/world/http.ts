import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Services } from '#lib/store/services';
import type { AdminAction } from '#lib/topology';
import { InvocationError } from '../../../functions/invocation-error.ts';
import type { Problem } from '../../../functions/problem.ts';
import type { LambdaFunction } from './lambda.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** A request to the HTTP API. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isBase64Encoded?: boolean;
}

export type HttpAnswer = Pick<APIGatewayProxyStructuredResultV2, 'statusCode' | 'body'>;

/** An instance of a function that answers HTTP requests. */
export interface Server {
  readonly answer: (event: APIGatewayProxyEventV2) => Promise<HttpAnswer>;
  /** Answers a direct invocation. @param action of the operators' functions, which it is */
  readonly invoked: (event: object, action?: AdminAction) => Promise<object>;
  readonly definitionOf: Services['definitionOf'];
  readonly process: Process;
}

/** The event that API Gateway makes of a request (payload format 2.0). */
export const eventOf = ({
  method,
  path,
  query = '',
  body,
  headers = { 'content-type': 'application/json' },
  isBase64Encoded = false,
}: HttpRequest): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers: { ...headers },
  ...(body !== undefined && { body }),
  isBase64Encoded,
  requestContext: {
    accountId: '',
    apiId: '',
    domainName: 'api.example',
    domainPrefix: '',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '', userAgent: '' },
    requestId: '',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
});

/**
 * Sends a request to a function of the API. Undefined where no answer of the function's comes: it was killed, or its time
 * was up, and API Gateway answers for it.
 */
export function request(
  world: World,
  fn: LambdaFunction<Server>,
  given: HttpRequest,
  taken: (server: Server) => void = () => {},
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  return new Promise(resolve => {
    world.scheduler.after(1 + world.draws.duration(5), () =>
      fn.invoke(
        server => {
          taken(server);
          return server.answer(eventOf(given));
        },
        invoked => {
          if (!invoked.ok) return resolve(undefined);
          const { statusCode = 0, body = '' } = invoked.value;
          world.tell(`${fn.name} answers ${given.method} ${given.path} with ${statusCode}`);
          resolve({ status: statusCode, body: body === '' ? undefined : JSON.parse(body) });
        },
      ),
    );
  });
}

/** How a direct invocation was answered: with a problem where it was refused. */
export type DirectAnswer = { readonly answer: object } | { readonly problem: Problem };

/**
 * Invokes a function directly. Undefined where no answer of the function's comes, or one that says nothing of what has
 * happened.
 */
export function invoke(
  world: World,
  fn: LambdaFunction<Server>,
  event: object,
  taken: (server: Server) => void,
  action?: AdminAction,
): Promise<DirectAnswer | undefined> {
  return new Promise(resolve => {
    world.scheduler.after(1 + world.draws.duration(5), () =>
      fn.invoke(
        async (server): Promise<DirectAnswer | undefined> => {
          taken(server);
          try {
            const answer = await server.invoked(event, action);
            return isProblem(answer) ? { problem: answer } : { answer };
          } catch (error) {
            // an error of the function's reaches its invoker as a text
            return error instanceof InvocationError ? { problem: JSON.parse(error.message) } : undefined;
          }
        },
        invoked => resolve(invoked.ok ? invoked.value : undefined),
      ),
    );
  });
}

const isProblem = (answer: object): answer is Problem => 'type' in answer && answer.type === 'about:blank';
