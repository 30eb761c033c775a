/** A request that DynamoDB would refuse with a ValidationException. The code that made the request is wrong. */
export class InvalidRequestError extends Error {
  override readonly name = 'ValidationException';
}
