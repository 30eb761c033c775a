import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseSettings, SETTINGS_VARIABLES } from '#lib/deployment/settings';

export interface ProducerEnvironmentOf {
  readonly deployment: string;
  readonly eventBus: string | undefined;
}

/**
 * Makes the environment variables that a process needs to reach a deployment.
 *
 * @throws SettingsError `settings.invalid`
 */
export function producerEnvironment(
  scope: Construct,
  { deployment, eventBus }: ProducerEnvironmentOf,
): Readonly<Record<string, string>> {
  const { region, urlSuffix, account } = Stack.of(scope);
  const bus = eventBus !== undefined;
  // region, account and perhaps the bus are tokens here, known at the deployment: they cannot be checked yet
  const known = bus && !Token.isUnresolved(eventBus);
  parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/', ...(known && { eventBus }) });
  return {
    [SETTINGS_VARIABLES.deployment]: deployment,
    [SETTINGS_VARIABLES.queueUrlBase]: `https://sqs.${region}.${urlSuffix}/${account}/`,
    ...(bus && { [SETTINGS_VARIABLES.eventBus]: eventBus }),
  };
}
