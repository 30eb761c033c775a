import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Token, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Tracing } from '../telemetry/tracing.ts';

export interface AcknowledgeOptions {
  readonly deployment: string;
  readonly timerQueue: Queue;
  readonly tracing: Tracing | undefined;
}

/** Acknowledges the rules of cdk-nag's AwsSolutions that a deployment does not follow, each with the reason. */
export function acknowledgeRules(
  resources: Construct,
  { deployment, timerQueue, tracing }: AcknowledgeOptions,
): void {
  Validations.of(timerQueue).acknowledge({
    id: rule('SQS3'),
    reason:
      'A timer is a hint: a window whose timer is lost or given up is found by the ticker, in the due index, where it stays until it is flushed.',
  });
  for (const kind of ['jobs', 'pool']) {
    Validations.of(resources).acknowledge({
      id: rule(`IAM5[Resource::${queuesOf(resources, `${deployment}-${kind}-*`)}]`),
      reason:
        'Where a deployment has more definitions than a policy has room for their queues one by one, its queues of one kind are named by what their names begin with. No other queue’s name begins so.',
    });
  }
  if (tracing?.toXRay) {
    Validations.of(resources).acknowledge({
      id: rule('IAM5[Resource::*]'),
      reason:
        'X-Ray’s actions that take spans know no resources. Of all other statements only one is for all resources: what Lambda asks of a function in a VPC.',
    });
  }
}

/** Acknowledges the rules for a function in a VPC. */
export function acknowledgeNetwork(inVpc: Construct): void {
  Validations.of(inVpc).acknowledge({
    id: rule('IAM5[Resource::*]'),
    reason:
      'Lambda makes the network interfaces of a function in a VPC with the function’s role: it looks at subnets and interfaces by actions that know no resources, and at interfaces whose ids nobody knows before.',
  });
}

/** Acknowledges the rule for an API without an access log. */
export function acknowledgeNoAccessLog(stage: Construct): void {
  Validations.of(stage).acknowledge({
    id: rule('APIG1'),
    reason:
      'The access log is an option, http.accessLog: API Gateway logs all requests or none, and bills by the line.',
  });
}

const rule = (name: string): string => `AwsSolutions::AwsSolutions-${name}`;

/** Writes an ARN as cdk-nag does. */
function queuesOf(resources: Construct, pattern: string): string {
  const { region, account } = Stack.of(resources);
  const known = (value: string, otherwise: string) => (Token.isUnresolved(value) ? otherwise : value);
  return `arn:<AWS::Partition>:sqs:${known(region, '<AWS::Region>')}:${known(account, '<AWS::AccountId>')}:${pattern}`;
}
