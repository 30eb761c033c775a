import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { BatchTopology } from '#lib/topology';
import type { TlsOnlyQueue } from './tls-only-queue.ts';
import { topologyQueue } from './topology-queue.ts';

export interface BatchQueuesProps {
  readonly topology: BatchTopology;
  readonly encryptionKey: IKey | undefined;
}

/** A definition's queues: its jobs, and those of them that SQS has given up. */
export class BatchQueues extends Construct {
  readonly both: { readonly jobs: TlsOnlyQueue; readonly dead: TlsOnlyQueue };

  constructor(scope: Construct, id: string, { topology, encryptionKey }: BatchQueuesProps) {
    super(scope, id);
    const dead = topologyQueue(this, 'Dead', topology.dead, { encryptionKey });
    const jobs = topologyQueue(this, 'Jobs', topology.jobs, { encryptionKey, deadLetterQueue: dead });
    this.both = { jobs, dead };
  }
}
