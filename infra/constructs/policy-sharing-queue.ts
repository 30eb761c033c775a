import type { AddToResourcePolicyResult, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnQueuePolicy, Queue } from 'aws-cdk-lib/aws-sqs';

/** Makes a policy's statements for a queue, or for all queues that an ARN with `*` matches. */
export type QueueStatements = (queueArn: string) => readonly PolicyStatement[];

interface SharedPolicy {
  readonly policy: CfnQueuePolicy;
  readonly statements: QueueStatements;
}

/**
 * A queue that shares a policy with others (`SharedQueuePolicy`). When a statement is added to the queue's own policy, it
 * gets a policy of its own, with the shared statements in it. A queue can have only one policy. With two, it would be
 * left to chance which of them CloudFormation applies last.
 */
export class PolicySharingQueue extends Queue {
  #shared: SharedPolicy | undefined;

  /** Adds the queue to a shared policy. */
  share(shared: SharedPolicy): void {
    this.#shared = shared;
    shared.policy.queues = [...shared.policy.queues, this.queueUrl];
  }

  override addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    if (this.#shared === undefined) return super.addToResourcePolicy(statement);
    const { policy, statements } = this.#shared;
    policy.queues = policy.queues.filter(url => url !== this.queueUrl);
    this.#shared = undefined;
    for (const each of statements(this.queueArn)) super.addToResourcePolicy(each);
    const result = super.addToResourcePolicy(statement);
    // when the shared policy drops a queue, the queue loses its policy: that has to happen before it gets its own
    this.node.tryFindChild('Policy')?.node.addDependency(policy);
    return result;
  }
}
