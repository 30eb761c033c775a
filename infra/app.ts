import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { loadDefinitions } from '#lib/definition/load-definitions';
import { bundleAll } from './bundle.ts';
import { CisternStack } from './cistern-stack.ts';

/**
 * What `cdk` runs. It needs no credentials and no network: the stack is for whatever account and region it is
 * deployed to.
 *
 *     npx cdk deploy -c deployment=shop -c batches=shop/batches.ts
 *
 * `-c eventBus=NAME` has the events of definitions with `events: true` put on another bus than the account's default.
 */
const app = new App();
const setting = (name: string, otherwise: string): string =>
  String(app.node.tryGetContext(name) ?? otherwise);

const deployment = setting('deployment', 'cistern');
const batches = resolve(setting('batches', process.env['CISTERN_BATCHES'] ?? 'batches/index.ts'));
const definitions = await loadDefinitions(batches);
const eventBus = setting('eventBus', '');

const directory = await mkdtemp(join(tmpdir(), 'cistern-'));
try {
  const code = await bundleAll({ root: resolve(import.meta.dirname, '..'), batches }, directory);
  new CisternStack(app, 'Cistern', {
    stackName: deployment,
    description: 'Cistern: items in one at a time, batches out, nothing lost.',
    deployment,
    definitions,
    code,
    ...(eventBus !== '' && { eventBus }),
  });
  app.synth();
} finally {
  // CDK has copied what it needs
  await rm(directory, { recursive: true, force: true });
}
