import { App } from 'aws-cdk-lib';
import { CisternStack } from 'cistern/cdk';

new CisternStack(new App(), 'Orders', { deployment: 'orders', definitions: 'batches/index.ts' });
