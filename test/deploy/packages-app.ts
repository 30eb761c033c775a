import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { App, RemovalPolicy } from 'aws-cdk-lib/core';
import { CisternStack } from '../../infra/index.ts';

/** The app of the deployment whose handler uses packages. An emulator runs functions on the machine that it runs on. */
const app = new App();
const deployment = String(app.node.getContext('deployment'));
new CisternStack(app, 'packages', {
  stackName: deployment,
  deployment,
  definitions: String(app.node.getContext('definitions')),
  architecture: process.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
  consumers: { packages: { bundling: { nodeModules: ['sharp'] } } },
  removalPolicy: RemovalPolicy.DESTROY,
  alarms: false,
});
app.synth();
