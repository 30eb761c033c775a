import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Lets the account's alarms publish to a topic. A topic without a policy allows them. One with a policy allows only the
 * principals in it, so other alarms that use this topic need the right too. An encrypted topic drops messages of alarms
 * that may not use its key. Without these rights alarms fail silently.
 */
export function letAlarmsPublish(scope: Construct, topic: ITopic): void {
  const asAlarms = {
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  };
  topic.addToResourcePolicy(
    new PolicyStatement({ ...asAlarms, actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  topic.masterKey?.addToResourcePolicy(
    // in a key's policy, `*` means the key itself
    new PolicyStatement({ ...asAlarms, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] }),
  );
}
