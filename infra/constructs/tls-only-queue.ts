import { type AddToResourcePolicyResult, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnQueuePolicy, Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * A queue that shares the policy which refuses what does not come by TLS (`TlsOnly`) until somebody adds to its own:
 * then it has one, with the same statement in it. A queue has one policy, and of two CloudFormation would let either
 * win.
 */
export class TlsOnlyQueue extends Queue {
  #shared: CfnQueuePolicy | undefined;

  /** Has the queue be among those of a policy. */
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
    // a policy that lets go of a queue leaves it without any: it has to do so before this one is there
    this.node.tryFindChild('Policy')?.node.addDependency(shared);
    return result;
  }
}

/** As CDK has it for a queue with `enforceSSL`. */
export const refuseWithoutTls = (queueArn: string): PolicyStatement =>
  new PolicyStatement({
    sid: 'RefuseWithoutTls',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:*'],
    resources: [queueArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
