import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { QueueTopology } from '#lib/topology';

/**
 * Has a function read a queue. Every function reports the messages that are to come back one by one, so that the
 * others of its invocation are deleted.
 *
 * No batching window: a message waits for nobody. The rights to read the queue are the function's own, written
 * out in function-rights.ts, where `SqsEventSource` would add its choice.
 */
export function queueSource(
  scope: Construct,
  id: string,
  target: IFunction,
  queue: IQueue,
  { eventBatchSize, maxConcurrency }: QueueTopology,
): EventSourceMapping {
  return new EventSourceMapping(scope, id, {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: eventBatchSize,
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    reportBatchItemFailures: true,
  });
}
