import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { BatchTopology, Topology } from '#lib/topology';
import { BatchQueues } from './constructs/batch-queues.ts';
import { TlsOnly } from './constructs/tls-only.ts';
import { topologyQueue } from './constructs/topology-queue.ts';
import { queueArns } from './queue-arns.ts';
import type { StackDefinition } from './stack-definition.ts';

/** A definition with what it has of the topology, and its queues. */
export interface OwnedQueues {
  readonly definition: StackDefinition;
  readonly batch: BatchTopology;
  readonly jobs: Queue;
  readonly dead: Queue;
}

/** All queues of a deployment, with ARNs for policies. */
export interface DeploymentQueues {
  readonly timer: Queue;
  readonly owned: readonly OwnedQueues[];
  readonly jobArns: readonly string[];
  readonly deadArns: readonly string[];
}

export interface DeploymentQueuesOf {
  readonly topology: Topology;
  /** Those that the topology is made of, in the same order. */
  readonly definitions: readonly StackDefinition[];
  readonly encryptionKey: IKey | undefined;
}

/** Makes the timer queue, and two queues for each definition. */
export function deploymentQueues(
  scope: Construct,
  { topology, definitions, encryptionKey }: DeploymentQueuesOf,
): DeploymentQueues {
  const { deployment, batches } = topology;
  const timer = topologyQueue(scope, 'TimerQueue', topology.timer, { encryptionKey });
  const owned = definitions.flatMap((definition, i) => {
    const batch = batches[i];
    if (!batch) return [];
    const queues = new BatchQueues(scope, `Batch-${batch.token}`, { topology: batch, encryptionKey });
    return [{ definition, batch, ...queues.both }];
  });
  new TlsOnly(scope, 'TlsOnly', {
    deployment,
    queues: [timer, ...owned.flatMap(({ jobs, dead }) => [jobs, dead])],
  });
  const arnsOf = (which: 'jobs' | 'dead') =>
    queueArns(
      owned.map(({ batch, [which]: queue }) => ({ queue, name: batch[which].name })),
      `${deployment}-${which}-`,
    );
  return { timer, owned, jobArns: arnsOf('jobs'), deadArns: arnsOf('dead') };
}
