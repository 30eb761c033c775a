import { type AddToResourcePolicyResult, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnQueuePolicy, Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * A queue that shares the policy against requests without TLS (`TlsOnly`). When a statement is added to the queue's own
 * policy, it gets a policy of its own, with the shared statement in it. A queue can have only one policy. With two, it
 * would be left to chance which of them CloudFormation applies last.
 */
export class TlsOnlyQueue extends Queue {
  #shared: CfnQueuePolicy | undefined;

  /** Adds the queue to a shared policy. */
  share(policy: CfnQueuePolicy): void {
    this.#shared = policy;
    policy.queues = [...policy.queues, this.queueUrl];
  }

  override addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    const shared = this.#shared;
    if (shared === undefined) return super.addToResourcePolicy(statement);
    shared.queues = shared.queues.filter(url => url !== this.queueUrl);
    this.#shared = undefined;
    super.addToResourcePolicy(refuseWithoutTls(this.queueArn));
    const result = super.addToResourcePolicy(statement);
    // when the shared policy drops a queue, the queue loses its policy: that has to happen before it gets its own
    this.node.tryFindChild('Policy')?.node.addDependency(shared);
    return result;
  }
}

/** Makes the statement that CDK makes for a queue with `enforceSSL`. */
export const refuseWithoutTls = (queueArn: string): PolicyStatement =>
  new PolicyStatement({
    sid: 'RefuseWithoutTls',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:*'],
    resources: [queueArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
