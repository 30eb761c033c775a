import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BatchTopology } from '#lib/topology';
import { topologyQueue } from './topology-queue.ts';

export interface BatchQueuesProps {
  readonly topology: BatchTopology;
}

/** A definition's queues: its jobs, and those of them that SQS has given up. */
export class BatchQueues extends Construct {
  readonly jobs: Queue;
  readonly dead: Queue;

  constructor(scope: Construct, id: string, { topology }: BatchQueuesProps) {
    super(scope, id);
    this.dead = topologyQueue(this, 'Dead', topology.dead);
    this.jobs = topologyQueue(this, 'Jobs', topology.jobs, this.dead);
  }
}
