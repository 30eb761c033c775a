import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { QueueTopology } from '#lib/topology';
import { PolicySharingQueue } from './policy-sharing-queue.ts';

export interface TopologyQueueOptions {
  /** The queue's key. Default: a key of SQS's own, which costs nothing. */
  readonly encryptionKey: IKey | undefined;
  /** The dead letter queue that the topology names. */
  readonly deadLetterQueue?: IQueue;
}

/** Makes a queue by the topology. It is encrypted. `SharedQueuePolicy` makes all queues refuse requests without TLS. */
export function topologyQueue(
  scope: Construct,
  id: string,
  { name, visibilityTimeoutSeconds, retentionSeconds, redrive }: QueueTopology,
  { encryptionKey, deadLetterQueue }: TopologyQueueOptions,
): PolicySharingQueue {
  return new PolicySharingQueue(scope, id, {
    queueName: name,
    visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
    retentionPeriod: Duration.seconds(retentionSeconds),
    ...(encryptionKey
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
      : { encryption: QueueEncryption.SQS_MANAGED }),
    ...(redrive &&
      deadLetterQueue && {
        deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: redrive.maxReceiveCount },
      }),
  });
}
