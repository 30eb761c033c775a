import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { QueueTopology } from '#lib/topology';
import { TlsOnlyQueue } from './tls-only-queue.ts';

export interface TopologyQueueOptions {
  /** Default: a key of SQS's own, for which nobody is billed. */
  readonly encryptionKey: IKey | undefined;
  /** The queue that the topology's redrive names. */
  readonly deadLetterQueue?: IQueue;
}

/** A queue as the topology has it; encrypted, and refusing what does not come by TLS, as `TlsOnly` says for all. */
export function topologyQueue(
  scope: Construct,
  id: string,
  { name, visibilityTimeoutSeconds, retentionSeconds, redrive }: QueueTopology,
  { encryptionKey, deadLetterQueue }: TopologyQueueOptions,
): TlsOnlyQueue {
  return new TlsOnlyQueue(scope, id, {
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
