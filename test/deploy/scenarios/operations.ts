import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import type { Deployed } from '../deployed.ts';
import { Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';

const PAUSED_MS = 3_000;
const TIMEOUT_MS = 90_000;
const POLL_MS = 500;

/** What operators do, by their functions: pause, resume, flush and drain, and looking at jobs. */
export async function operations(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const batch = 'operated';
  const evidence = new Evidence(batch);
  const invoke: Send = (name, part) => deployed.invoke(name, part);
  const operate = (action: string, more: object = {}) => deployed.call(action, { batch, ...more });
  const left = [...items];
  const add = (count: number) => evidence.add(invoke, left.splice(0, count));
  const out = async () => (await evidence.judge(deployed, { maxSize: 10 })).length;

  await operate('pause');
  await add(10);
  await sleep(PAUSED_MS);
  if ((await deployed.runs(batch)).length > 0) throw new Error('A paused batch has run.');
  await operate('resume');
  await out();

  await add(3);
  await operate('flush');
  await out();

  await add(4);
  await operate('drain', { timeoutMs: TIMEOUT_MS });
  const drained = async () =>
    ((await operate('drain', { report: true })) as { state: string }).state === 'drained';
  await until('the drain is done', drained, TIMEOUT_MS, POLL_MS);
  await operate('resume');
  if ((await out()) !== 3) throw new Error('There were other batches than the three that were asked for.');

  const { jobs } = (await operate('jobs', { status: 'completed' })) as { jobs: readonly object[] };
  if (jobs.length !== 3) throw new Error(`${jobs.length} jobs are listed as completed, not 3.`);
  return 'a full batch held while paused, flushed when resumed; batches by flush and by drain; 3 jobs listed';
}
