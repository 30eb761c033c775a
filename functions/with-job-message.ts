import type { SQSRecord } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { DeliveryResult } from '#lib/jobs/delivery';
import { failUnreadMessage, UnreadableMessageError } from '#lib/jobs/fail-unread-message';
import type { JobMessage } from '#lib/store/queue-ports';
import type { CloseServices } from '#lib/store/services';
import { parseJobMessage } from './messages.ts';

/**
 * Handles a message of a job queue or of the dead letter queue. A message that is none of Cistern's becomes a failed job,
 * since it would otherwise come again for ever.
 *
 * @param definitionOf returns the definition of the batch whose queue it is; undefined if the batch is not deployed
 * @throws an error for a message that a later version may understand, so that it stays in its queue
 */
export async function withJobMessage(
  services: CloseServices,
  definitionOf: () => Definition | undefined,
  { body, messageId }: Pick<SQSRecord, 'body' | 'messageId'>,
  handle: (message: JobMessage) => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  let message: JobMessage;
  try {
    message = parseJobMessage(body);
  } catch (cause) {
    if (!(cause instanceof UnreadableMessageError)) throw cause;
    const definition = definitionOf();
    if (definition === undefined) throw cause;
    await failUnreadMessage(services, definition, { id: messageId, body, cause });
    return 'done';
  }
  return handle(message);
}
