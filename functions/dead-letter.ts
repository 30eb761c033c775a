import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deployment } from '#lib/deployment/deployment';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { deadQueueName } from '#lib/topology';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** Takes up what SQS has given up: a message per job, from all dead letter queues. */
export const deadLetter =
  ({ services }: Deployment) =>
  (event: SQSEvent): Promise<SQSBatchResponse> => {
    const definitionOf = ({ eventSourceARN }: SQSRecord) =>
      services
        .definitions()
        .find(({ name }) => eventSourceARN.endsWith(`:${deadQueueName(services.deployment, name)}`));
    return eachRecord(services, event, record =>
      withJobMessage(
        services,
        () => definitionOf(record),
        record,
        message => handleDeadLetter(services, { message, receiptHandle: record.receiptHandle }),
      ),
    );
  };
