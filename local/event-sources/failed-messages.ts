/**
 * Returns the messages that a function has failed, by Lambda's rules for `ReportBatchItemFailures`. No answer and no
 * failures mean success. An answer that cannot be read fails all messages.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @param messageIds the ids of the messages that the function got
 * @param response the function's answer
 */
export function failedMessages(messageIds: readonly string[], response: unknown): ReadonlySet<string> {
  if (response === undefined || response === null) return new Set();
  const failures: unknown = Object(response).batchItemFailures ?? [];
  if (typeof response !== 'object' || !Array.isArray(failures)) return new Set(messageIds);
  const failed = failures.map((failure: unknown): unknown => Object(failure).itemIdentifier);
  const known = new Set<unknown>(messageIds);
  return failed.every(id => known.has(id)) ? new Set(failed.map(String)) : new Set(messageIds);
}
