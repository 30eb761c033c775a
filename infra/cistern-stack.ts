import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Cistern, type CisternProps } from './cistern.ts';
import { addOutputs } from './outputs.ts';

export interface CisternStackProps extends StackProps, CisternProps {}

/**
 * A stack with nothing but a deployment in it, and what its producers and operators have to know as outputs.
 *
 * @throws as `Cistern`
 */
export class CisternStack extends Stack {
  readonly cistern: Cistern;

  constructor(scope: Construct, id: string, props: CisternStackProps) {
    super(scope, id, props);
    // CDK leaves this id out of resources' names
    this.cistern = new Cistern(this, 'Default', props);
    addOutputs(this, this.cistern);
  }
}
