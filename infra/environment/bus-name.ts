import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { refuseSetting } from '../options/refuse-setting.ts';

/**
 * Returns the name of a bus.
 *
 * @throws SettingsError `settings.invalid` for a bus of another account or region, which its name alone cannot identify
 */
export function busName(scope: Construct, bus: string | IEventBus | undefined): string | undefined {
  if (typeof bus !== 'object') return bus;
  const { account, region } = Stack.of(scope);
  const differs = (of: string, own: string) =>
    !Token.isUnresolved(of) && !Token.isUnresolved(own) && of !== own;
  if (differs(bus.env.account, account) || differs(bus.env.region, region)) {
    const { env } = bus;
    refuseSetting('eventBus', 'a bus of the stack’s account and region', `${env.account}/${env.region}`);
  }
  return bus.eventBusName;
}
