import { App } from 'aws-cdk-lib/core';
import { CisternStack } from './cistern-stack.ts';

/**
 * The app that `cdk` runs. It needs no credentials and no network, and the stack can be deployed to any account and region.
 *
 *     npx cdk deploy -c deployment=shop -c batches=shop/batches.ts
 *
 * `-c eventBus=NAME` puts the events of definitions with `events: true` on another bus than the account's default.
 * `-c alarms=false` leaves the alarms out, which emulators do not support.
 */
const app = new App();
const setting = (name: string, otherwise: string): string =>
  String(app.node.tryGetContext(name) ?? otherwise);

const deployment = setting('deployment', 'cistern');
const eventBus = setting('eventBus', '');
new CisternStack(app, 'Cistern', {
  stackName: deployment,
  description: 'Cistern: items in one at a time, batches out, nothing lost.',
  deployment,
  definitions: setting('batches', process.env['CISTERN_BATCHES'] ?? 'batches/index.ts'),
  ...(eventBus !== '' && { eventBus }),
  ...(setting('alarms', 'true') === 'false' && { alarms: false }),
});
app.synth();
