import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deployment } from '#lib/deployment/deployment';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { jobQueueName } from '#lib/topology';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** Takes up what SQS has given up: a message per job, of all batches. */
export const deadLetter =
  ({ services }: Deployment) =>
  (event: SQSEvent): Promise<SQSBatchResponse> => {
    /** A message that names no job is told of by a batch that uses its queue; one that nobody redrove, by the first. */
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
