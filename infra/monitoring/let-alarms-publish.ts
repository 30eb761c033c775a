import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Lets a deployment's alarms, and no others, publish to a topic. A topic lets in its own account's alarms until it has a
 * policy, and then nobody that is not in it; one that is encrypted with a key drops what comes from an alarm that may
 * not use the key. Neither tells anybody.
 */
export function letAlarmsPublish(scope: Construct, topic: ITopic, deployment: string): void {
  const { account } = Stack.of(scope);
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${deployment}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const asAlarms = {
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': alarms },
    },
  };
  topic.addToResourcePolicy(
    new PolicyStatement({ ...asAlarms, actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  topic.masterKey?.addToResourcePolicy(
    // in a key's policy this is the key
    new PolicyStatement({ ...asAlarms, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] }),
  );
}
