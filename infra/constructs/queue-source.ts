import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { QueueTopology } from '#lib/topology';

/**
 * Connects a queue to a function. The function reports each message that has to come back, so that the others of its
 * invocation are deleted.
 *
 * There is no batching window, so that a message does not wait for others. The rights to read the queue are in
 * function-rights.ts. `SqsEventSource` would add rights of its own choice.
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
