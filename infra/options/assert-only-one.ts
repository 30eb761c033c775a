import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { refuseSetting } from './refuse-setting.ts';

interface Deployment extends Construct {
  readonly deployment: string;
}

/**
 * Checks that a stack has no other deployment of the same name, since it cannot have two tables or queues of one name.
 *
 * @param kind the class of deployments
 * @throws SettingsError `settings.invalid`
 */
export function assertOnlyOne(of: Deployment, kind: new (...args: never[]) => Deployment): void {
  const same = Stack.of(of)
    .node.findAll()
    .find(other => other !== of && other instanceof kind && other.deployment === of.deployment);
  if (same === undefined) return;
  refuseSetting(
    'deployment',
    `another name than that of ${same.node.path}, in the same stack`,
    of.deployment,
  );
}
