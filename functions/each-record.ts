import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Services } from '#lib/store/services';

/**
 * Handles an event's messages at the same time, each by itself. A message that fails, or that has to come back, is
 * reported and stays in the queue. The others are deleted.
 */
export async function eachRecord(
  { warn }: Pick<Services, 'warn'>,
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<'done' | 'again'>,
): Promise<SQSBatchResponse> {
  const results = await Promise.all(
    event.Records.map(async record => {
      try {
        return (await handle(record)) === 'again' ? [record.messageId] : [];
      } catch (error) {
        warn(`message ${record.messageId} could not be handled`, error);
        return [record.messageId];
      }
    }),
  );
  return { batchItemFailures: results.flat().map(itemIdentifier => ({ itemIdentifier })) };
}
