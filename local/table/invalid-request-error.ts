/** A request that DynamoDB would refuse with a ValidationException: a fault of the code that made the request. */
export class InvalidRequestError extends Error {
  override readonly name = 'ValidationException';
}
