import { AnyPrincipal, Effect, type IPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { queuePolicy } from '../rights/producer-policies.ts';
import type { PolicySharingQueue, QueueStatements } from './policy-sharing-queue.ts';

export interface SharedQueuePolicyProps {
  readonly deployment: string;
  readonly queues: readonly PolicySharingQueue[];
  /** Principals of other accounts that may send. */
  readonly producers: readonly IPrincipal[];
}

/**
 * Makes queues refuse requests without TLS, and lets producers of other accounts send. All queues share one policy. CDK
 * would make one for each, which would be two resources for each definition, and a stack may have 500 resources.
 */
export class SharedQueuePolicy extends Construct {
  /** The policy. CloudFormation makes it when all queues are there. */
  readonly policy: CfnQueuePolicy;

  constructor(scope: Construct, id: string, { deployment, queues, producers }: SharedQueuePolicyProps) {
    super(scope, id);
    const statements: QueueStatements = queueArn => [
      refuseWithoutTls(queueArn),
      ...(producers.length > 0 ? [queuePolicy(producers, queueArn)] : []),
    ];
    // a policy's resource is its queue; this pattern matches each of them
    const allQueues = Stack.of(this).formatArn({ service: 'sqs', resource: `${deployment}-*` });
    this.policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [],
      policyDocument: new PolicyDocument({ statements: [...statements(allQueues)] }),
    });
    for (const queue of queues) {
      queue.share({ policy: this.policy, statements });
      // a queue that gets a policy of its own is no longer in this one, and functions wait for it all the same
      this.policy.addResourceDependency(queue.node.defaultChild as CfnQueue);
    }
  }
}

/** Makes the statement that CDK makes for a queue with `enforceSSL`. */
const refuseWithoutTls = (queueArn: string): PolicyStatement =>
  new PolicyStatement({
    sid: 'RefuseWithoutTls',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:*'],
    resources: [queueArn],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
