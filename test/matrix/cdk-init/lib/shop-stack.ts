import * as cdk from 'aws-cdk-lib/core';
import { Cistern } from 'cistern/cdk';
import type { Construct } from 'constructs';

export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new Cistern(this, 'Cistern', { deployment: 'shop', definitions: './batches' });
  }
}
