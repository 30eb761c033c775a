import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Services } from '#lib/store/services';
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
