import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { parseSettings, SETTINGS_VARIABLES } from '#lib/deployment/settings';

export interface ProducerEnvironmentOf {
  readonly deployment: string;
  readonly eventBus: string | undefined;
  /** Default: the table of the deployment's name, in the process's account and region. */
  readonly tableArn?: string;
  /** Default: the stack's. */
  readonly account?: string;
  readonly region?: string;
}

/**
 * Makes the environment variables that a process needs to reach a deployment.
 *
 * @throws SettingsError `settings.invalid`
 */
export function producerEnvironment(
  scope: Construct,
  { deployment, eventBus, tableArn, account, region }: ProducerEnvironmentOf,
): Readonly<Record<string, string>> {
  const stack = Stack.of(scope);
  const bus = eventBus !== undefined;
  // region, account and perhaps the bus are tokens here, known at the deployment: they cannot be checked yet
  const known = bus && !Token.isUnresolved(eventBus);
  parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/', ...(known && { eventBus }) });
  return {
    [SETTINGS_VARIABLES.deployment]: deployment,
    [SETTINGS_VARIABLES.queueUrlBase]: `https://sqs.${region ?? stack.region}.${stack.urlSuffix}/${account ?? stack.account}/`,
    ...(tableArn && { [SETTINGS_VARIABLES.tableArn]: tableArn }),
    ...(bus && { [SETTINGS_VARIABLES.eventBus]: eventBus }),
  };
}
