/** Answers a request: what a server serves, and what an API is to those who do not care where it is. */
export type Fetch = (request: Request) => Response | Promise<Response>;
