import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { loadDefinitions } from '#lib/definition/load-definitions';
import { bundleAll } from '../../infra/bundle.ts';
import { CisternStack } from '../../infra/cistern-stack.ts';
import { ROOT } from './root.ts';
import { definitionsOf, VERSIONS, type Version } from './versions.ts';
import { WITNESS } from './witness.ts';

/**
 * The app that the test deploys: the real stack with the test's definitions, and a table in which their handlers
 * take down what they see. All of it goes when the stack is destroyed. The versions are stacks of one name, of which
 * each replaces the one before.
 */
const app = new App();
const deployment = String(app.node.getContext('deployment'));

const directory = await mkdtemp(join(tmpdir(), 'cistern-deploy-'));
try {
  for (const version of VERSIONS) await addVersion(version);
  app.synth();
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function addVersion(version: Version): Promise<void> {
  const batches = definitionsOf(version);
  const code = join(directory, version);
  const stack = new CisternStack(app, version, {
    stackName: deployment,
    deployment,
    definitions: await loadDefinitions(batches),
    code: await bundleAll({ root: ROOT, batches }, code),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const witness = new Table(stack, 'Witness', {
    tableName: `${deployment}-witness`,
    partitionKey: { name: WITNESS.partitionKey, type: AttributeType.STRING },
    sortKey: { name: WITNESS.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  for (const consumer of stack.consumers.values()) {
    witness.grantWriteData(consumer.function);
    consumer.function.addEnvironment(WITNESS.variable, witness.tableName);
  }
}
