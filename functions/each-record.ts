import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * Handles an event's messages at the same time, each by itself: one that fails, or is to come back, is reported
 * and stays in the queue; the others are deleted.
 */
export async function eachRecord(
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<'done' | 'again'>,
): Promise<SQSBatchResponse> {
  const results = await Promise.all(
    event.Records.map(async record => {
      try {
        return (await handle(record)) === 'again' ? [record.messageId] : [];
      } catch (error) {
        console.error(error);
        return [record.messageId];
      }
    }),
  );
  return { batchItemFailures: results.flat().map(itemIdentifier => ({ itemIdentifier })) };
}
