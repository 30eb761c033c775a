import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deployment } from '#lib/deployment/deployment';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { jobQueueName } from '#lib/resource-names';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** Handles the messages that SQS has given up, of all batches, one job a message. */
export const deadLetter =
  ({ services }: Deployment) =>
  (event: SQSEvent): Promise<SQSBatchResponse> => {
    /** Finds the batch for a message that names no job: one with the queue that it came from, or else the first batch. */
    const definitionOf = ({ attributes: { DeadLetterQueueSourceArn: source = '' } }: SQSRecord) => {
      const all = services.definitions();
      return (
        all.find(definition => source.endsWith(`:${jobQueueName(services.deployment, definition)}`)) ?? all[0]
      );
    };
    return eachRecord(services, event, record =>
      withJobMessage(
        services,
        () => definitionOf(record),
        record,
        message => handleDeadLetter(services, { message, receiptHandle: record.receiptHandle }),
      ),
    );
  };
