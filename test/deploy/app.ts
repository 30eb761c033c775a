import { join } from 'node:path';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { App, Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Cistern, CisternStack } from '../../infra/index.ts';
import { DYING } from './dying.ts';
import { PAGE_ORIGIN } from './page-origin.ts';
import { ROOT } from './root.ts';
import { definitionsOf, VERSIONS } from './versions.ts';
import { WITNESS } from './witness.ts';

/**
 * The app that the test deploys: the real stack with the test's definitions, and a table in which their handlers
 * take down what they see. All of it goes when the stack is destroyed. The versions are stacks of one name, of which
 * each replaces the one before.
 */
const app = new App();
const deployment = String(app.node.getContext('deployment'));
// emulators refuse alarms on expressions, and a stack has all of its alarms or none
const alarms = app.node.getContext('to') === 'aws' ? {} : (false as const);

for (const version of VERSIONS) {
  const stack = new CisternStack(app, version, {
    stackName: deployment,
    deployment,
    definitions: definitionsOf(version),
    removalPolicy: RemovalPolicy.DESTROY,
    alarms,
    http: { cors: { origins: [PAGE_ORIGIN] } },
  });
  const witness = new Table(stack, 'Witness', {
    tableName: `${deployment}-witness`,
    partitionKey: { name: WITNESS.partitionKey, type: AttributeType.STRING },
    sortKey: { name: WITNESS.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { cistern } = stack;
  const producer = new NodejsFunction(stack, 'Producer', {
    functionName: `${deployment}-producer`,
    entry: join(ROOT, 'test/deploy/producer.ts'),
    runtime: Runtime.NODEJS_24_X,
    timeout: Duration.seconds(29),
    // an emulator's functions have no SDK of Lambda's
    bundling: { bundleAwsSDK: true, esbuildArgs: { '--conditions': 'source' } },
  });
  // as a stack of its own would know the deployment
  const known = Cistern.fromDeployment(stack, 'Known', { deployment });
  for (const [name, value] of Object.entries(known.producerEnvironment)) producer.addEnvironment(name, value);
  known.grantProduce(producer, 'produced');
  const dying = cistern.consumer(DYING.batch).jobs.node.defaultChild as CfnQueue;
  dying.addPropertyOverride('RedrivePolicy.maxReceiveCount', DYING.maxReceiveCount);
  // batches of a pool have one function
  const consumers = new Set(cistern.batches.map(batch => cistern.consumer(batch).function));
  for (const target of [...consumers, cistern.functions.deadLetter]) {
    witness.grantWriteData(target);
    target.addEnvironment(WITNESS.variable, witness.tableName);
  }
}
app.synth();
