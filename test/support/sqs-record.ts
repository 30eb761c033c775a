import type { SQSRecord } from 'aws-lambda';

/** A message as an event source mapping hands it to a function. */
export const sqsRecord = ({
  messageId,
  receiptHandle,
  body,
  receives = 1,
}: Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body'> & { readonly receives?: number }): SQSRecord => ({
  messageId,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'us-east-1',
});
