import type { SQSRecord } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { DeliveryResult } from '#lib/jobs/delivery';
import { failUnreadMessage, UnreadableMessageError } from '#lib/jobs/fail-unread-message';
import type { JobMessage } from '#lib/store/queue-ports';
import type { CloseServices } from '#lib/store/services';
import { parseJobMessage } from './messages.ts';

/**
 * Handles a record of a job queue, or of a dead letter queue. One that is no message of Cistern's becomes a job
 * that has failed: it would come again for ever.
 *
 * @param definitionOf the definition of the batch whose queue it is; undefined where the batch is not deployed
 * @throws what is wrong with a message that a later version may understand: it is to stay in its queue
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
