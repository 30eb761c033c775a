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
 * Makes queues refuse requests without TLS. All queues share one policy. CDK would make one for each, which would be two
 * resources for each definition, and a stack may have 500 resources.
 */
export class TlsOnly extends Construct {
  constructor(scope: Construct, id: string, { deployment, queues }: TlsOnlyProps) {
    super(scope, id);
    // a policy's resource is its queue; this pattern matches each of them
    const allQueues = Stack.of(this).formatArn({ service: 'sqs', resource: `${deployment}-*` });
    const policy = new CfnQueuePolicy(this, 'Policy', {
      queues: [],
      policyDocument: new PolicyDocument({ statements: [refuseWithoutTls(allQueues)] }),
    });
    for (const queue of queues) queue.share(policy);
  }
}
