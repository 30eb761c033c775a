import { until } from '../../support/until.ts';
import { sums } from '../../telemetry/emf.ts';
import type { Deployed } from '../deployed.ts';
import { DYING } from '../dying.ts';
import { Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';

const SIZE = 3;
/** Attempts, redrive, the dead letter function; emulators and AWS look at their queues now and then only. */
const TIMEOUT_MS = 150_000;
const POLL_MS = 500;

/** A handler that always fails: three attempts with the same items, then dead, with its items. */
export async function endsDead(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { evidence, job } = await fill(deployed, 'failing', items);
  const isDead = async () => (await deployed.job(job))?.status === 'dead';
  await until(`job ${job} is dead`, isDead, TIMEOUT_MS, POLL_MS);
  const wasTold = async () => (await deployed.runs('failing')).some(({ by }) => by === 'onDead');
  await until(`onDead of job ${job} was called`, wasTold, TIMEOUT_MS, POLL_MS);
  const runs = await evidence.judge(deployed, { maxSize: SIZE });
  const attempts = runs.filter(({ by }) => by === 'handler').map(({ attempt }) => attempt);
  if (attempts.sort().join() !== '1,2,3') throw new Error(`The failing batch’s attempts were ${attempts}.`);
  return 'a batch that always fails: 3 attempts with the same items, then dead, and onDead got them';
}

/** A process that ends in the middle of its handler: the same batch again, when its lock has lapsed. */
export async function survivesCrash(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { evidence, job } = await fill(deployed, 'crashing', items);
  const isCompleted = async () => (await deployed.job(job))?.status === 'completed';
  await until(`job ${job} is completed`, isCompleted, TIMEOUT_MS, POLL_MS);
  const runs = await evidence.judge(deployed, { maxSize: SIZE });
  const [first, second] = runs.sort((a, b) => a.attempt - b.attempt);
  const after = ((second?.at ?? Number.NaN) - (first?.at ?? Number.NaN)) / 1000;
  if (runs.length !== 2) throw new Error(`The crashing batch had ${runs.length} runs, not 2.`);
  return `a process that died in its handler: the same items again ${after.toFixed(0)} s later, and completed`;
}

/** A process that ends in each attempt, of a job that SQS gives up: redriven, it is the dead letter function's to end. */
export async function isRedriven(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { batch } = DYING;
  const { evidence, job } = await fill(deployed, batch, items);
  const wasTold = async () => (await deployed.runs(batch)).some(({ by }) => by === 'onDead');
  await until(`onDead of job ${job} was called`, wasTold, TIMEOUT_MS, POLL_MS);
  const runs = await evidence.judge(deployed, { maxSize: SIZE });
  const seen = runs.map(({ by, attempt }) => `${by} ${attempt}`).sort();
  if (seen.join() !== 'handler 1,onDead 1') throw new Error(`The dying batch was seen by ${seen}.`);
  const { status } = (await deployed.job(job)) ?? {};
  if (status !== 'dead') throw new Error(`The dying batch is ${status}.`);
  // a consumer that ends a job sends the same message to the same queue: who ended it has measured so
  const wasMeasured = async () => {
    const lines = (await deployed.log('dead-letter')).filter(line => line['batch'] === batch);
    if (sums(lines)['BatchesDead'] === 1) return true;
    await deployed.stir('dead-letter');
    return false;
  };
  await until('the dead letter function has ended it', wasMeasured, TIMEOUT_MS, 1_000);
  return 'a process that died in its only attempt, and a message that SQS redrove: dead, and onDead got its items';
}

async function fill(
  deployed: Deployed,
  batch: string,
  items: readonly Item[],
): Promise<{ evidence: Evidence; job: string }> {
  const evidence = new Evidence(batch);
  const invoke: Send = (name, part) => deployed.invoke(name, part);
  const [receipt] = await evidence.add(invoke, items.slice(0, SIZE));
  if (receipt === undefined) throw new Error('There are no items.');
  return { evidence, job: receipt.job };
}
