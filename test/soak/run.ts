import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { quantile } from '../../bench/measure.ts';
import type { SoakBatch } from './definitions.ts';
import type { Weather } from './gate.ts';
import { Producer } from './producer.ts';
import { type Report, Stack } from './stack.ts';

/**
 * Load on the local stack in a process of its own: many open groups, many that are due together, mixed load at the
 * machine's limit, and a minute each without SQS, without DynamoDB, and with 3 s a call. Afterwards every acknowledged
 * item has to be settled, and nothing may be buffered or unfinished. Everything stays on this machine, and ends by itself.
 *
 * Usage: npm run test:soak -- [--minutes 10] [--outage-seconds 60] [--groups 50000]
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'outage-seconds': { type: 'string', default: '60' },
    groups: { type: 'string', default: '50000' },
  },
});
const MIXED_MS = Number(values.minutes) * 60_000;
const OUTAGE_MS = Number(values['outage-seconds']) * 1_000;
const GROUPS = Number(values.groups);
const TOGETHER = 5_000;
/** Requests under way at a time. */
const CALLERS = 16;
/** How often a long scene is reported on. */
const REPORT_MS = 15_000;
/** Within which everything comes to its end when nothing is added any more: locks and retries included. */
const REST_MS = 180_000;

const stack = await Stack.start();
const producer = new Producer(stack.url);
const begun = Date.now();
/** Of the windows that were flushed by their time since the last row, in ms. */
let late: number[] = [];

async function report(): Promise<Report> {
  const told = await stack.report();
  late.push(...Object.values(told.lateness).flat());
  return told;
}

function row(scene: string, told: Report): void {
  const ms = (q: number) => (late.length === 0 ? '–' : String(Math.round(quantile(late, q))));
  const cells = [
    `${Math.round((Date.now() - begun) / 1_000)} s`.padStart(6),
    scene.padEnd(26),
    `${producer.acknowledged.length} taken`.padStart(15),
    `${told.settled} settled`.padStart(16),
    `${told.buffered} buffered`.padStart(15),
    `${told.openJobs} jobs open`.padStart(16),
    `late p50 ${ms(0.5)}, p99 ${ms(0.99)}, max ${ms(1)} ms of ${late.length}`.padEnd(52),
    `${told.rssMb} MB`.padStart(8),
  ];
  console.log(cells.join('  '));
  late = [];
}

/** Mixed load for so long: singles and bulks of every kind of batch but `groups`. */
async function mixed(scene: string, ms: number): Promise<void> {
  const until = Date.now() + ms;
  const kinds: readonly SoakBatch[] = ['clicks', 'orders', 'limited', 'narrow', 'unique'];
  const caller = async (number: number) => {
    for (let turn = number; Date.now() < until; turn++) {
      const name = kinds[turn % kinds.length] ?? 'clicks';
      // every third request is a bulk
      const count = turn % 3 === 0 ? 1 + ((turn * 37) % 200) : 1;
      await producer.add(
        name,
        Array.from({ length: count }, (_, at) => `g${(turn + at) % 25}`),
      );
    }
  };
  const reporter = async () => {
    while (Date.now() + REPORT_MS < until) {
      await sleep(REPORT_MS);
      row(scene, await report());
    }
  };
  await Promise.all([...Array.from({ length: CALLERS }, (_, number) => caller(number)), reporter()]);
  row(scene, await report());
}

/** Waits until everything has come to its end; says what is left where it does not. */
async function rest(scene: string): Promise<Report> {
  const until = Date.now() + REST_MS;
  for (;;) {
    const told = await report();
    const resting = told.openJobs === 0 && told.buffered === 0;
    if (resting || Date.now() > until) {
      row(scene, told);
      return told;
    }
    await sleep(1_000);
  }
}

/** Adds one item to each of so many groups, in bulks. */
async function openGroups(count: number, prefix: string): Promise<void> {
  const inBulk = 500;
  for (let from = 0; from < count; from += inBulk * CALLERS) {
    await Promise.all(
      Array.from({ length: CALLERS }, (_, caller) => {
        const first = from + caller * inBulk;
        const length = Math.max(0, Math.min(inBulk, count - first));
        const groups = Array.from({ length }, (_, at) => `${prefix}${first + at}`);
        return length === 0 ? undefined : producer.add('groups', groups);
      }),
    );
  }
}

async function outage(weather: Weather): Promise<void> {
  stack.weather = weather;
  await mixed(weather, OUTAGE_MS);
  stack.weather = 'well';
  await rest(`after "${weather}"`);
}

const problems: string[] = [];
try {
  await openGroups(GROUPS, 'open');
  row(`${GROUPS} groups open`, await report());
  await mixed('beside many groups', Math.min(30_000, MIXED_MS));
  await rest('many groups, all flushed');
  await openGroups(TOGETHER, 'due');
  row(`${TOGETHER} groups open`, await report());
  await rest(`${TOGETHER} due together`);
  await mixed('mixed load', MIXED_MS);
  await rest('after the load');
  for (const weather of ['no queues', 'no store', 'slow'] as const) await outage(weather);
  const last = await rest('at the end');
  if (last.openJobs > 0) problems.push(`${last.openJobs} jobs have not ended`);
  if (last.buffered > 0) problems.push(`${last.buffered} items are still buffered`);
  const tally = await stack.tally();
  const lost = producer.acknowledged.filter(n => (tally[n] ?? 0) === 0);
  if (lost.length > 0)
    problems.push(`${lost.length} acknowledged items were never settled: ${lost.slice(0, 5)}`);
  console.log(
    `${producer.acknowledged.length} items acknowledged, ${producer.refused} requests refused, ` +
      `${last.again} items given to a handler again, ${last.warnings} warnings`,
  );
} finally {
  producer.stop();
  stack.stop();
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'Every acknowledged item was settled, and nothing is left.'
    : 'The soak has failed.',
);
process.exitCode = problems.length === 0 ? 0 : 1;
