import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { refuseWithoutTls, type TlsOnlyQueue } from './tls-only-queue.ts';

export interface TlsOnlyProps {
  readonly queues: readonly TlsOnlyQueue[];
}

/**
 * Has queues refuse what does not come by TLS. One policy is given to all of them, where CDK makes one for each: a
 * stack has room for 500 resources, and that would be two for every definition.
 */
export class TlsOnly extends Construct {
  constructor(scope: Construct, id: string, { queues }: TlsOnlyProps) {
    super(scope, id);
    const policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [],
      // in a queue's policy any resource is that queue
      policyDocument: new PolicyDocument({ statements: [refuseWithoutTls('*')] }),
    });
    for (const queue of queues) queue.share(policy);
  }
}
