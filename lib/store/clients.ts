import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { EMULATOR } from './emulator.ts';

/** The AWS clients that everything goes through. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
}

export interface ClientOptions {
  readonly region?: string | undefined;
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string };
  /** How long an answer is waited for. Default 5,000. */
  readonly requestTimeoutMs?: number;
}

type Logger = NonNullable<DynamoDBClientConfig['logger']>;

/** Tries of a request inside the SDK. Every request of the protocol may be applied twice without harm. */
const MAX_ATTEMPTS = 4;
/**
 * A single-item request takes milliseconds. One that takes seconds is lost, and repeating it is faster than waiting.
 */
const REQUEST_TIMEOUT_MS = 5_000;
/** A busy process learns late that a connection is open, since its event loop is delayed. */
const CONNECTION_TIMEOUT_MS = 3_000;
/**
 * Requests that a client has under way at the most, each with a socket of its own: the SDK counts the wait for a socket
 * towards the connection's timeout. What comes beyond waits here, first come first served, and its time does not run.
 */
const IN_FLIGHT = 128;
const SOCKETS = { maxSockets: IN_FLIGHT };

/**
 * A logger without `info`: the SDK then does not prepare a log line of each request, which would not be read. That,
 * and keeping the middleware resolved, saves a quarter of what a request costs in this process. The SDK's chain of
 * credentials calls `debug` and `warn` of any logger that it is given.
 */
const NO_LOG = { debug() {}, warn() {} } as Partial<Logger> as Logger;

/** What the clients of DynamoDB and SQS have in common. */
export function clientConfig({
  region,
  endpoints,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: ClientOptions): DynamoDBClientConfig & SQSClientConfig {
  return {
    maxAttempts: MAX_ATTEMPTS,
    cacheMiddleware: true,
    logger: NO_LOG,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // without it the SDK only writes a warning
      throwOnRequestTimeout: true,
      httpAgent: SOCKETS,
      httpsAgent: SOCKETS,
    },
    ...(endpoints && EMULATOR),
    ...(region !== undefined && { region }),
  };
}

/** A client of DynamoDB for AWS, or for an emulator where `endpoints` or `AWS_ENDPOINT_URL` name one. */
export const createDynamoDB = (options: ClientOptions = {}): DynamoDBClient =>
  bounded(
    new DynamoDBClient({
      ...clientConfig(options),
      ...(options.endpoints && { endpoint: options.endpoints.dynamodb }),
    }),
  );

/** Has a client send no more than so many requests at a time. */
export function bounded<C extends Clients[keyof Clients]>(client: C): C {
  const limit = pLimit(IN_FLIGHT);
  const send = client.send.bind(client) as (...given: unknown[]) => Promise<unknown>;
  return Object.assign(client, { send: (...given: unknown[]) => limit(() => send(...given)) });
}
