import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Cistern, type CisternProps } from './cistern.ts';
import { addOutputs } from './constructs/outputs.ts';

/** The settings of a stack and of the deployment in it. */
export interface CisternStackProps extends StackProps, CisternProps {}

/** The properties of the stack, which are no settings of the deployment. */
const STACK_PROPS: Readonly<Record<keyof StackProps, true>> = {
  analyticsReporting: true,
  crossRegionReferences: true,
  description: true,
  env: true,
  notificationArns: true,
  permissionsBoundary: true,
  propertyInjectors: true,
  stackName: true,
  suppressTemplateIndentation: true,
  synthesizer: true,
  tags: true,
  terminationProtection: true,
};

/**
 * A stack with only a deployment in it. Its outputs are the values that producers and operators need.
 *
 * @throws as `Cistern`
 */
export class CisternStack extends Stack {
  /** The deployment. */
  readonly cistern: Cistern;

  constructor(scope: Construct, id: string, props: CisternStackProps) {
    super(scope, id, props);
    const own = Object.entries(props).filter(([name]) => !(name in STACK_PROPS));
    // CDK leaves the id `Default` out of the names of resources
    this.cistern = new Cistern(this, 'Default', Object.fromEntries(own) as unknown as CisternProps);
    addOutputs(this, this.cistern);
  }
}
