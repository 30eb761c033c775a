import { Stack, Token } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { refuseSetting } from '../options/refuse-setting.ts';

/**
 * The name of a bus.
 *
 * @throws SettingsError `settings.invalid` for one of another account or region, whose name says nothing here
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
