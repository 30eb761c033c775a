import { parseArgs } from 'node:util';
import { killOften } from './kill-often.ts';

/**
 * Kills a local stack with a data directory under load, at random moments, and judges what came out.
 *
 * Usage: npm run test:kill -- [--kills 200] [--longest-ms 400]
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, 'longest-ms': { type: 'string', default: '400' } },
});
const began = Date.now();
const outcome = await killOften(Number(values.kills), Number(values['longest-ms']), Math.random);
const { kills, acknowledged, jobs, breaches, megabytes, folder } = outcome;
console.log(
  `${kills} kills in ${Math.round((Date.now() - began) / 1_000)} s: ${acknowledged} items acknowledged, ${jobs} batches run, ` +
    `${megabytes} MB on disk, ${breaches.length} breaches.`,
);
for (const breach of breaches.slice(0, 20)) console.error(breach);
if (breaches.length > 0) console.error(`The evidence and the data directory are in ${folder}.`);
process.exitCode = breaches.length === 0 ? 0 : 1;
