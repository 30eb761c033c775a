import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cdk } from './cdk.ts';
import { endAll } from './child.ts';
import { Deployed } from './deployed.ts';
import { setWhatWasDropped } from './dropped-settings.ts';
import { Evidence } from './evidence.ts';
import { Flights } from './flights.ts';
import { leaveNothing, remains } from './leave-nothing.ts';
import { Packages } from './packages.ts';
import { Phases } from './phases.ts';
import { ROOT } from './root.ts';
import { byInvocation } from './scenarios/by-invocation.ts';
import { byProducer } from './scenarios/by-producer.ts';
import { endsDead, isRedriven, survivesCrash } from './scenarios/failures.ts';
import { inAPool } from './scenarios/in-a-pool.ts';
import { lostTimer } from './scenarios/lost-timer.ts';
import { operations } from './scenarios/operations.ts';
import { overHttp } from './scenarios/over-http.ts';
import { Redeployments } from './scenarios/redeployments.ts';
import { findTarget, type Target } from './target.ts';
import { definitionsOf, VERSIONS, type Version } from './versions.ts';

/** Airports whose flights go over HTTP, in a group each; the others' go in one, by invocation. */
const GROUPS = 20;
/** A queue's name can be used again so long after it was deleted, on AWS. */
const QUEUE_NAME_RESTS_MS = 65_000;

const deployment = `deploy-${randomBytes(4).toString('hex')}`;
const folder = join(ROOT, '.cistern/deploy', deployment);
const phases = new Phases();
const cdk = new Cdk({ app: 'test/deploy/app.ts', deployment, stack: VERSIONS[0], folder });
const packages = new Packages(deployment, join(folder, 'packages'));
/** Where something may have been deployed. */
let deployedTo: Target | undefined;
const say = (...lines: string[]) => {
  for (const line of lines) console.log(`  ${line}`);
};

/** `npm run test:deploy`: deploys the real stack with the CDK's own CLI, three times, and drives it as users do. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // it is deployed while others go on, and awaited there
  const packed = packages.prepare();
  packed.catch(() => undefined);
  const synthesised = phases.run('synthesise, meanwhile', () => cdk.synth());
  const [target] = await Promise.all([findTarget(phases, folder), synthesised]);
  console.log(`Deploying ${deployment} to ${target.name}`);
  try {
    await phases.run('bootstrap', () => cdk.bootstrap(target));
    deployedTo = target;
    await leaveNothing(
      { destroyCommand: commands, destroy: to => phases.run('destroy', () => destroyAll(to)) },
      target,
      () => drive(target, packed),
    );
  } finally {
    await target.stop();
  }
}

/** What destroys all, to be typed in the repository's folder. */
const commands = `${cdk.destroyCommand} && ${packages.cdk.destroyCommand}`;

async function destroyAll(target: Target): Promise<void> {
  await cdk.destroy(target);
  await packages.cdk.destroy(target);
}

async function drive(target: Target, packed: Promise<void>): Promise<void> {
  const flights = await Flights.read();
  const deploy = (version: Version) =>
    phases.run(`deploy the ${version} version`, async () => {
      const deployed = new Deployed(deployment, target, await cdk.deploy(target, version));
      const dropped = await setWhatWasDropped(deployed, definitionsOf(version));
      say(...dropped.map(what => `${target.name} had dropped ${what}`));
      return deployed;
    });

  const deployed = await deploy('first');
  // begun first, since they take their time
  const slow = Promise.all([
    endsDead(deployed, flights.take(3)),
    survivesCrash(deployed, flights.take(3)),
    isRedriven(deployed, flights.take(3)),
    lostTimer(deployed, flights.take(20)),
    operations(deployed, flights.take(17)),
    inAPool(deployed, flights.take(70)),
    byProducer(deployed, flights.take(45)),
    packed.then(() => packages.use(target)),
  ]);
  // it is awaited below; until then it is nobody's unhandled rejection
  slow.catch(() => undefined);
  const redeployments = new Redeployments(deployed, new Flights(flights.take(1_000)));
  await phases.run('drive the first version', async () => {
    const { busiest, others } = flights.rest(GROUPS);
    say(...(await Promise.all([overHttp(deployed, busiest), byInvocation(deployed, others)])));
    await redeployments.beforeSecond();
  });
  await deploy('second');
  const removedAt = Date.now();
  await phases.run('drive the second version', async () => say(...(await redeployments.underSecond())));
  if (target.endpoint === undefined) {
    await phases.run('wait until names can be used again', () =>
      sleep(Math.max(0, removedAt + QUEUE_NAME_RESTS_MS - Date.now())),
    );
  }
  redeployments.beforeThird();
  await deploy('third');
  await phases.run('drive the third version', async () => say(...(await redeployments.underThird())));
  await phases.run('what takes its time', async () => say(...(await slow)));
  await phases.run('judge all again', async () => say(await Evidence.judgeAllAgain(deployed)));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endAll().finally(() => leave(130)));
}
// what a scenario has thrown to nobody ends the run too, and the emulator with it
process.once('uncaughtException', error => {
  console.error(error);
  void endAll().finally(() => leave(1));
});

/** Ends at once, without destroying anything. */
function leave(code: number): never {
  if (deployedTo?.ephemeral === false) console.error(remains({ destroyCommand: commands }));
  process.exit(code);
}

try {
  await main();
  console.log(`\n${phases.report()}\n`);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  console.error(`\n${phases.report()}\n\nThe logs are in ${folder}`);
  process.exitCode = 1;
} finally {
  await endAll();
}
// scenarios that a failure has left behind would go on waiting
process.exit();
