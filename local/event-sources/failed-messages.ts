/**
 * Which messages of a batch its function has failed, by Lambda's rules for `ReportBatchItemFailures`: no answer or
 * no failures means that all went well, and an answer that cannot be understood fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @param messageIds of the batch
 * @param response what the function returned
 */
export function failedMessages(messageIds: readonly string[], response: unknown): ReadonlySet<string> {
  if (response === undefined || response === null) return new Set();
  const failures: unknown = Object(response).batchItemFailures ?? [];
  if (typeof response !== 'object' || !Array.isArray(failures)) return new Set(messageIds);
  const failed = failures.map((failure: unknown): unknown => Object(failure).itemIdentifier);
  const known = new Set<unknown>(messageIds);
  return failed.every(id => known.has(id)) ? new Set(failed.map(String)) : new Set(messageIds);
}
