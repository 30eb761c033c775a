import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Deployment } from '#lib/deployment/deployment';
import { buryJob } from '#lib/jobs/bury';
import { eachRecord } from './each-record.ts';
import { parseJobMessage } from './messages.ts';

/** Takes up what SQS has given up: a message per job, from all dead letter queues. */
export const deadLetter =
  ({ services }: Deployment) =>
  (event: SQSEvent): Promise<SQSBatchResponse> =>
    eachRecord(services, event, ({ body, receiptHandle }) =>
      buryJob(services, { message: parseJobMessage(body), receiptHandle }),
    );
