/** Answers a request: a server's handler, or an API on any machine. */
export type Fetch = (request: Request) => Response | Promise<Response>;
