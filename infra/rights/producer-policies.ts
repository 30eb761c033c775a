import { type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ingestRights, type Reach, useKey } from './function-rights.ts';

/** What the table's own policy allows producers of other accounts: what any producer asks of the table. */
export const tablePolicy = (
  producers: readonly IPrincipal[],
  reach: Pick<Reach, 'buffers' | 'countsPending'>,
): PolicyStatement[] =>
  ingestRights({ ...reach, jobQueues: [], timerQueue: '', eventBus: undefined })
    .filter(({ actions }) => actions.every(action => action.startsWith('dynamodb:')))
    .map(({ actions, resources }) => allow(producers, actions, resources));

/** The same of a queue. */
export const queuePolicy = (producers: readonly IPrincipal[], queueArn: string): PolicyStatement =>
  allow(producers, ['sqs:SendMessage'], [queueArn]);

/** Lets producers of other accounts use a key. CDK cannot add to the policy of an imported key, and synth says so. */
export function letUseKey(scope: Construct, producers: readonly IPrincipal[], key: IKey): void {
  const added = useKey(key.keyArn).map(({ actions }) => {
    // in a key's policy the one resource is the key
    return key.addToResourcePolicy(allow(producers, actions, ['*'])).statementAdded;
  });
  if (added.every(Boolean)) return;
  Annotations.of(scope).addWarningV2(
    'cistern:producers-key',
    'encryptionKey is imported, so that its policy cannot be added to from here. Let its owner allow the producers of other accounts kms:Decrypt, kms:DescribeKey, kms:Encrypt and kms:GenerateDataKey.',
  );
}

const allow = (
  producers: readonly IPrincipal[],
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement =>
  new PolicyStatement({ principals: [...producers], actions: [...actions], resources: [...resources] });
