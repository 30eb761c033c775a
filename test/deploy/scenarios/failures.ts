import { until } from '../../support/until.ts';
import type { Deployed } from '../deployed.ts';
import { Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';

const SIZE = 3;
/** Attempts, redrive, the dead letter function; emulators and AWS look at their queues now and then only. */
const PATIENCE_MS = 150_000;
const POLL_MS = 500;

/** A handler that always fails: three attempts with the same items, then dead, with its items. */
export async function endsDead(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { evidence, job } = await fill(deployed, 'failing', items);
  const isDead = async () => (await deployed.job(job))?.status === 'dead';
  await until(`job ${job} is dead`, isDead, PATIENCE_MS, POLL_MS);
  const wasTold = async () => (await deployed.runs('failing')).some(({ by }) => by === 'onDead');
  await until(`onDead of job ${job} was called`, wasTold, PATIENCE_MS, POLL_MS);
  const runs = await evidence.judge(deployed, { maxSize: SIZE });
  const attempts = runs.filter(({ by }) => by === 'handler').map(({ attempt }) => attempt);
  if (attempts.sort().join() !== '1,2,3') throw new Error(`The failing batch’s attempts were ${attempts}.`);
  return 'a batch that always fails: 3 attempts with the same items, then dead, and onDead got them';
}

/** A process that ends in the middle of its handler: the same batch again, when its lock has lapsed. */
export async function survivesCrash(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const { evidence, job } = await fill(deployed, 'crashing', items);
  const isCompleted = async () => (await deployed.job(job))?.status === 'completed';
  await until(`job ${job} is completed`, isCompleted, PATIENCE_MS, POLL_MS);
  const runs = await evidence.judge(deployed, { maxSize: SIZE });
  const [first, second] = runs.sort((a, b) => a.attempt - b.attempt);
  const after = ((second?.at ?? Number.NaN) - (first?.at ?? Number.NaN)) / 1000;
  if (runs.length !== 2) throw new Error(`The crashing batch had ${runs.length} runs, not 2.`);
  return `a process that died in its handler: the same items again ${after.toFixed(0)} s later, and completed`;
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
