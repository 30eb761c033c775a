import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Receiver } from './receiver.ts';

/** The longest that SQS lets a receiver wait. */
const LONG_POLL_SECONDS = 20;

/**
 * Makes a receiver of a queue in SQS.
 *
 * @param sqs a client. The receiver uses one of its connections while it waits, so a shared client needs many sockets
 */
export const sqsReceiver = (sqs: SQSClient, queueUrl: string): Receiver => ({
  async receive(most, signal) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: most,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: signal, requestTimeout: (LONG_POLL_SECONDS + 5) * 1_000 },
    );
    return Messages;
  },
  async delete(receipts) {
    const { Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: receipts.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt })),
      }),
    );
    if (Failed.length > 0) throw new Error(`Messages were not deleted: ${JSON.stringify(Failed)}`);
  },
  async count() {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return {
      waiting: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0),
      hidden: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  },
});
