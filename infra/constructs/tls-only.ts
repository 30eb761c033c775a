import { Stack } from 'aws-cdk-lib';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { refuseWithoutTls, type TlsOnlyQueue } from './tls-only-queue.ts';

export interface TlsOnlyProps {
  readonly deployment: string;
  readonly queues: readonly TlsOnlyQueue[];
}

/**
 * Has queues refuse what does not come by TLS. One policy is given to all of them, where CDK makes one for each: a
 * stack has room for 500 resources, and that would be two for every definition.
 */
export class TlsOnly extends Construct {
  constructor(scope: Construct, id: string, { deployment, queues }: TlsOnlyProps) {
    super(scope, id);
    // in a queue's policy it is that queue; a pattern serves for each of them
    const allQueues = Stack.of(this).formatArn({ service: 'sqs', resource: `${deployment}-*` });
    const policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [],
      policyDocument: new PolicyDocument({ statements: [refuseWithoutTls(allQueues)] }),
    });
    for (const queue of queues) queue.share(policy);
  }
}
