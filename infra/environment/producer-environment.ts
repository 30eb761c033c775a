import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseSettings, SETTINGS_VARIABLES } from '#lib/deployment/settings';

export interface ProducerEnvironmentOf {
  readonly deployment: string;
  readonly eventBus: string | undefined;
}

/**
 * The variables by which a process knows a deployment.
 *
 * @throws SettingsError `settings.invalid`
 */
export function producerEnvironment(
  scope: Construct,
  { deployment, eventBus }: ProducerEnvironmentOf,
): Readonly<Record<string, string>> {
  const { region, urlSuffix, account } = Stack.of(scope);
  const bus = eventBus !== undefined;
  // no rule could be tried on what is known only when it is deployed: region and account, and perhaps the bus
  const known = bus && !Token.isUnresolved(eventBus);
  parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/', ...(known && { eventBus }) });
  return {
    [SETTINGS_VARIABLES.deployment]: deployment,
    [SETTINGS_VARIABLES.queueUrlBase]: `https://sqs.${region}.${urlSuffix}/${account}/`,
    ...(bus && { [SETTINGS_VARIABLES.eventBus]: eventBus }),
  };
}
