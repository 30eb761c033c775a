import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnQueuePolicy, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ConsumerTopology } from '#lib/topology';
import type { DeploymentFunctions, ReaderSettings } from '../options/function-settings.ts';
import type { StackDefinition } from '../options/stack-definition.ts';
import { queueArns } from '../rights/queue-arns.ts';
import { SharedQueuePolicy } from './shared-queue-policy.ts';
import { topologyQueue } from './topology-queue.ts';

/** A consumer with the definitions that it runs, and its queue. */
export interface OwnedQueue {
  readonly consumer: ConsumerTopology;
  readonly definitions: readonly StackDefinition[];
  readonly settings: ReaderSettings;
  readonly jobs: Queue;
}

/** All queues of a deployment, with ARNs for policies. */
export interface DeploymentQueues {
  readonly timer: Queue;
  /** The queue of messages that SQS has given up, of all job queues. */
  readonly dead: Queue;
  readonly owned: readonly OwnedQueue[];
  /** The queues' policy. CloudFormation makes it when all queues are there. */
  readonly policy: CfnQueuePolicy;
  readonly jobArns: readonly string[];
}

export interface DeploymentQueuesOf {
  readonly deployment: string;
  /** The functions, with the settings of the queues that they read. */
  readonly functions: DeploymentFunctions;
  readonly definitions: readonly StackDefinition[];
  readonly encryptionKey: IKey | undefined;
  /** Principals of other accounts that may send. */
  readonly producers: readonly IPrincipal[];
}

/** Makes the timer queue, the dead letter queue, and a queue for each consumer. */
export function deploymentQueues(
  scope: Construct,
  { deployment, functions, definitions, encryptionKey, producers }: DeploymentQueuesOf,
): DeploymentQueues {
  const timer = topologyQueue(scope, 'TimerQueue', functions.timer.queue, { encryptionKey });
  const dead = topologyQueue(scope, 'DeadQueue', functions.deadLetter.queue, { encryptionKey });
  const owned = functions.consumers.map(({ consumer, ...settings }) => {
    const { batches, token } = consumer;
    const own = new Construct(scope, `Batch-${token}`);
    const jobs = topologyQueue(own, 'Jobs', settings.queue, { encryptionKey, deadLetterQueue: dead });
    return {
      consumer,
      definitions: definitions.filter(({ name }) => batches.includes(name)),
      settings,
      jobs,
    };
  });
  const queues = [timer, dead, ...owned.map(({ jobs }) => jobs)];
  const { policy } = new SharedQueuePolicy(scope, 'TlsOnly', { deployment, queues, producers });
  const arnsOf = (inPool: boolean, prefix: string) =>
    queueArns(
      owned
        .filter(({ consumer: { pool } }) => (pool !== undefined) === inPool)
        .map(({ consumer, jobs: queue }) => ({ queue, name: consumer.jobs.name })),
      prefix,
    );
  return {
    timer,
    dead,
    owned,
    policy,
    jobArns: [...arnsOf(false, `${deployment}-jobs-`), ...arnsOf(true, `${deployment}-pool-`)],
  };
}
