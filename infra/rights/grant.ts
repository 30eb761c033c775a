import { Grant, type IGrantable, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { HttpAccess } from '../options/http-access.ts';
import { refuseSetting } from '../options/refuse-setting.ts';

/** Gives a principal the rights of statements. */
export const grant = (grantee: IGrantable, statements: readonly PolicyStatement[]): Grant =>
  statements
    .map(({ actions, resources }) => Grant.addToPrincipal({ grantee, actions, resourceArns: resources }))
    .reduce((together, each) => together.combine(each));

/**
 * Checks that an access allows signed requests, since rights of IAM have no effect with any other access.
 *
 * @throws SettingsError `settings.invalid`
 */
export function assertSigned(setting: string, access: HttpAccess | false): void {
  if (access === false || access.kind !== 'iam') {
    refuseSetting(
      setting,
      'HttpAccess.iam() for a grant to let anybody in',
      access === false ? false : access.kind,
    );
  }
}

/**
 * Checks that a grantee is not of another account, as far as both are known: a right that is given there alone lets
 * nobody in here.
 *
 * @throws SettingsError `settings.invalid`
 */
export function assertOwnAccount(scope: Construct, { grantPrincipal }: IGrantable, otherwise: string): void {
  const { account } = Stack.of(scope);
  const { principalAccount = account } = grantPrincipal;
  if (principalAccount === account || Token.isUnresolved(account) || Token.isUnresolved(principalAccount))
    return;
  refuseSetting('grantee', `of the deployment’s account, ${account}. ${otherwise}`, principalAccount);
}
