import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectIn, run } from './outside-project.ts';

/** Lists the packages of the AWS SDK that a process has loaded. */
const LOADED = `
import { createRequire } from 'node:module';
const cache = Object.keys(createRequire(import.meta.url).cache);
console.log('the SDK is loaded:', cache.some(file => file.includes('client-dynamodb')));
`;
const LOCAL = `
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
const orders = batch({ name: 'orders', maxSize: 1, maxWaitMs: 1_000, handler: () => {} });
const local = await startLocal({ batches: [orders], port: 0 });
await orders.add({ id: 1 });
await local.idle();
await local.stop();
${LOADED}`;
/** A turn of the event loop is enough: nothing is asked of the deployment. */
const PRODUCER = `
import 'cistern';
await new Promise(resolve => setTimeout(resolve, 1_000));
${LOADED}`;

/**
 * Checks when the AWS SDK is loaded, which is the most of what an import of this package would load: never with a local
 * stack, and behind its start by a process that the environment tells its deployment.
 *
 * @param folder a project that has the package and what its local stack needs
 */
export async function checkStart(folder: string): Promise<void> {
  await writeFile(join(folder, 'start-local.mjs'), LOCAL);
  await writeFile(join(folder, 'start-producer.mjs'), PRODUCER);
  const says = (file: string, env: NodeJS.ProcessEnv = {}) => run(process.execPath, [file], folder, env);
  expectIn(says('start-local.mjs'), 'the SDK is loaded: false');
  expectIn(says('start-producer.mjs'), 'the SDK is loaded: false');
  expectIn(says('start-producer.mjs', { CISTERN_DEPLOYMENT: 'shop' }), 'the SDK is loaded: true');
  console.log('The AWS SDK is loaded by producers, and not with the local stack.');
}
