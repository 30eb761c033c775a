import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { QueueTopology } from '#lib/topology';

/**
 * A queue as the topology has it; encrypted by SQS and refusing what does not come by TLS.
 *
 * @param deadLetterQueue the queue that the topology's redrive names
 */
export function topologyQueue(
  scope: Construct,
  id: string,
  { name, visibilityTimeoutSeconds, retentionSeconds, redrive }: QueueTopology,
  deadLetterQueue?: IQueue,
): Queue {
  return new Queue(scope, id, {
    queueName: name,
    visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
    retentionPeriod: Duration.seconds(retentionSeconds),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...(redrive &&
      deadLetterQueue && {
        deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: redrive.maxReceiveCount },
      }),
  });
}
