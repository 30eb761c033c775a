/** Names of the errors by which DynamoDB refuses requests that come too fast for a partition, the table or the account. */
const TOO_FAST = /ThroughputExceeded|Throttling|LimitExceeded/;

/** Says whether the store has refused a request since requests come too fast. The request was not applied. */
export const isThrottled = (error: unknown): boolean => error instanceof Error && TOO_FAST.test(error.name);
