import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ReaderSettings } from '../options/function-settings.ts';
import type { CisternFunction } from './cistern-function.ts';

/**
 * Connects a queue to a function. The function reports each message that has to come back, so that the others of its
 * invocation are deleted.
 *
 * There is no batching window, so that a message does not wait for others. The rights to read the queue are in
 * function-rights.ts. `SqsEventSource` would add rights of its own choice.
 */
export function queueSource(
  reader: CisternFunction,
  queue: IQueue,
  { queue: { eventBatchSize, maxConcurrency }, pollers }: ReaderSettings,
): EventSourceMapping {
  return new EventSourceMapping(reader.function, 'Source', {
    target: reader.target,
    eventSourceArn: queue.queueArn,
    batchSize: eventBatchSize,
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(pollers && { provisionedPollerConfig: pollers }),
    reportBatchItemFailures: true,
  });
}
