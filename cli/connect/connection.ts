/** A deployment's API, and what it takes to be let in. */
export interface Connection {
  /** Where requests go: `http://127.0.0.1:4680`, without a slash at its end. */
  readonly url: string;
  /** Sends a request, signed where the deployment wants that. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** What to do when nobody answers there. */
  readonly hint: string;
}
