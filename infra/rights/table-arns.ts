import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { tableName } from '#lib/resource-names';
import { TABLE_KEYS } from '#lib/topology';
import type { TableReach } from './function-rights.ts';

/** The ARNs of a deployment's table and indexes by their names. @param place default: where the stack is */
export function tableArns(
  scope: Construct,
  deployment: string,
  place: { readonly account?: string; readonly region?: string } = {},
): TableReach {
  const names = { service: 'dynamodb', resource: 'table', resourceName: tableName(deployment) };
  const tableArn = Stack.of(scope).formatArn({ ...names, ...place });
  return {
    table: { tableArn },
    dueIndexArn: `${tableArn}/index/${TABLE_KEYS.dueIndex.name}`,
    jobIndexArn: `${tableArn}/index/${TABLE_KEYS.jobIndex.name}`,
  };
}
