import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Lets the account's alarms publish to a topic. A topic lets them in until it has a policy, and then nobody that is not
 * in it: all of the account's, since others may tell the same topic. One that is encrypted with a key drops what comes
 * from an alarm that may not use the key. Neither tells anybody.
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
    // in a key's policy this is the key
    new PolicyStatement({ ...asAlarms, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] }),
  );
}
