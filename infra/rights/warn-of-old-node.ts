import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Annotations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { nodeMajorOf } from '../bundling/node-major.ts';

/** The oldest Node.js that a producer may run on. */
const OLDEST_PRODUCER = 20;

/**
 * Makes `cdk synth` warn of a function that is to add and whose Node.js is too old. CDK's `NodejsFunction` has Node.js 16 by
 * default, unless a feature flag of the app says otherwise.
 */
export function warnOfOldNode(grantee: IGrantable): void {
  if (!(Construct.isConstruct(grantee) && 'runtime' in grantee)) return;
  const major = nodeMajorOf(grantee.runtime);
  if (!(major < OLDEST_PRODUCER)) return;
  Annotations.of(grantee).addWarningV2(
    'cistern:old-node',
    `The function runs on Node.js ${major}, and may add to a deployment. The library needs Node.js 20.19 or newer: set runtime, for example to Runtime.NODEJS_24_X.`,
  );
}
