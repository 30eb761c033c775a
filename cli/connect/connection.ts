import type { AwsRequests } from './aws-requests.ts';

/** A deployment's API, and how requests to it are sent. */
export interface Connection {
  /** The API's address, without a slash at its end: `http://127.0.0.1:4680`. */
  readonly url: string;
  /** Sends a request. It is signed if the deployment needs that. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Asks AWS's services in the stack's account and region. Absent without a stack. */
  readonly aws?: AwsRequests;
  /** Advises what to do if the API does not answer. */
  readonly hint: string;
}
