import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Judge } from '../support/judge.ts';
import { until } from '../support/until.ts';
import { MAX_SIZE } from './definitions.ts';
import type { Evidence, KilledTask } from './killed-stack.ts';

const SCRIPT = fileURLToPath(new URL('./killed-stack.ts', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The first line that a process tells; others come of what it does. */
const READY_BYTES = '{"event":"ready"}\n'.length;

/** What became of it. */
export interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  readonly jobs: number;
  /** Breaches of the invariants, in words. */
  readonly breaches: readonly string[];
  readonly megabytes: number;
  /** Where the evidence and the data directory are, if there are breaches. */
  readonly folder: string;
}

/**
 * Starts a local stack on one data directory again and again, and kills it under load each time, at a random moment. Then
 * lets it come to rest, and judges what producers were told against what handlers saw.
 *
 * @param longestMs how long after it is ready the latest kill is
 * @param random from 0 up to 1
 */
export async function killOften(kills: number, longestMs: number, random: () => number): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'cistern-kill-'));
  const script = await bundle(kills);
  const dataDir = join(folder, 'data');
  const evidence = join(folder, 'evidence');
  try {
    for (let kill = 0; kill < kills; kill++) {
      const before = await sizeOf(evidence);
      const child = start(script, { dataDir, evidence, prefix: String(kill) });
      // some die while they start, since an earlier process has left much to do; others when they have begun
      const at = random();
      const told = at < 0.1 ? undefined : before + (at < 0.3 ? 0 : READY_BYTES);
      if (told !== undefined) {
        await until('it has begun', async () => child.exitCode !== null || (await sizeOf(evidence)) > told);
      }
      await new Promise(resolve => setTimeout(resolve, random() * longestMs));
      if (child.exitCode !== null) throw new Error(`The stack ended by itself, with code ${child.exitCode}.`);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const last = start(script, { dataDir, evidence, prefix: undefined });
    await once(last, 'exit');
    const lines = (await readFile(evidence, 'utf8')).split('\n').slice(0, -1);
    const told = lines.map(line => JSON.parse(line) as Evidence);
    const verdict = judge(told);
    const megabytes = Math.round((await sizeOf(join(dataDir, 'data.mdb'))) / 1e6);
    // what is wrong is to be looked into
    if (verdict.breaches.length === 0) await rm(folder, { recursive: true });
    return { kills, ...verdict, megabytes, folder };
  } finally {
    await rm(script, { force: true });
  }
}

/** Makes one file of the killed process, which starts in a fraction of the time. */
async function bundle(kills: number): Promise<string> {
  const outfile = join(MODULES, '.cache', `cistern-killed-stack-${process.pid}-${kills}.mjs`);
  await build({
    entryPoints: [SCRIPT],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    alias: {
      cistern: fileURLToPath(new URL('../../lib/index.ts', import.meta.url)),
      'cistern/local': fileURLToPath(new URL('../../local/index.ts', import.meta.url)),
    },
    conditions: ['source'],
    logLevel: 'error',
  });
  return outfile;
}

const start = (script: string, task: KilledTask): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', script, JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => ({ size: 0 }))).size;

function judge(told: readonly Evidence[]): Pick<Outcome, 'acknowledged' | 'jobs' | 'breaches'> {
  const court = new Judge();
  const breaches: string[] = [];
  const duplicates: { readonly id: string; readonly job: string }[] = [];
  let acknowledged = 0;
  let rested = false;
  for (const line of told) {
    if (line.event === 'run') court.see(line.job, line.items);
    else if (line.event === 'not idle') breaches.push(line.message);
    else if (line.event === 'acknowledged') {
      acknowledged += 1;
      if (line.receipt.duplicate) duplicates.push({ id: line.id, job: line.receipt.job });
      else court.acknowledge(line.id, line.receipt);
    } else if (line.event === 'idle') {
      rested = true;
      const open = line.jobs.filter(({ status }) => status !== 'completed');
      breaches.push(...open.map(({ id, status }) => `job ${id} is ${status} after all`));
    }
  }
  if (!rested) breaches.push('it did not come to rest');
  const keyOf = (id: string) => id.split('/')[1];
  for (const { id, job } of duplicates) {
    const items = court.runs.get(job)?.[0] ?? [];
    if (!items.some(item => keyOf(item) === keyOf(id))) {
      breaches.push(`${id} was acknowledged as a duplicate, and its original is not in its batch ${job}`);
    }
  }
  return { acknowledged, jobs: court.runs.size, breaches: [...breaches, ...court.verdict(MAX_SIZE)] };
}
