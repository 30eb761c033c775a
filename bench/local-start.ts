import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { quantile, round } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const ROOT = resolve(import.meta.dirname, '..');
const RUNS = 9;
/** What a user's process does before its first add: the definitions' module, and the stack. */
const START = `
  const local = await startLocal({ batches: [batch({ name: 'orders', maxSize: 10, maxWaitMs: 60_000, handler: () => {} })], port: 0 });
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ ms: performance.now() - begun, cpuMs: (user + system) / 1_000 }));
  await local.stop();
`;
const MODULES = `
  const begun = performance.now();
  const { batch } = await import('cistern');
  const { startLocal } = await import('cistern/local');
  ${START}`;
const EMPTY = `
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ ms: 0, cpuMs: (user + system) / 1_000 }));`;
const COMMONJS = `
  const begun = performance.now();
  const { batch } = require('cistern');
  const { startLocal } = require('cistern/local');
  (async () => {${START}})()`;

/**
 * The first start of a local stack in a process, with the built package as users have it: from before the import of
 * `cistern` to the return of `startLocal()`, in processes of their own.
 */
export async function localStart(size: Size): Promise<readonly Table[]> {
  const isTiny = size === 'tiny';
  const rows: Record<string, Row> = {};
  const measure = (name: string, args: readonly string[]): void => {
    const { ms, cpuMs } = run(args, isTiny ? 1 : RUNS);
    rows[name] = { ms, 'CPU ms of the process': cpuMs };
  };
  measure('an empty process', ['-e', EMPTY]);
  // a tiny run has no time for a build
  if (!isTiny) {
    execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'ignore' });
    measure('ES modules', ['--input-type=module', '-e', MODULES]);
    measure('CommonJS', ['-e', COMMONJS]);
  }
  return [{ title: 'The first start of a local stack', rows }];
}

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/** The medians of several processes. */
function run(args: readonly string[], runs: number): Start {
  const starts = Array.from(
    { length: runs },
    () => JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })) as Start,
  );
  const median = (of: (start: Start) => number) => round(quantile(starts.map(of), 0.5));
  return { ms: median(({ ms }) => ms), cpuMs: median(({ cpuMs }) => cpuMs) };
}
