import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BENCHES, type BenchName } from './benches.ts';
import { print, type Table } from './report.ts';

const HELP = `npm run bench -- [NAME …] [--json FILE]
  Runs the benches that are named, or all of them, each in a process of its own. Figures compare within one run only.
  --json FILE  writes the figures with the machine, the versions and the commit
  Names: ${Object.keys(BENCHES).join(', ')}`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const isBench = (name: string): name is BenchName => name in BENCHES;
const unknown = positionals.filter(name => !isBench(name));
const names = positionals.length > 0 ? positionals.filter(isBench) : (Object.keys(BENCHES) as BenchName[]);
const [only, ...others] = names;

if (values.help) console.log(HELP);
else if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}.\n${HELP}`);
  process.exitCode = 2;
} else if (only !== undefined && others.length === 0) {
  const tables = await (await BENCHES[only]())('full');
  print(tables, line => console.log(line));
  save({ [only]: tables });
} else runEach();

/** Each bench has a process of its own: what one leaves in memory, or replaces in Node, is not another's. */
function runEach(): void {
  const dir = mkdtempSync(join(tmpdir(), 'cistern-bench-'));
  const found: Record<string, readonly Table[]> = {};
  try {
    for (const name of names) {
      const file = join(dir, `${name}.json`);
      const args = [...process.execArgv, fileURLToPath(import.meta.url), name, '--json', file];
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
      if (status === 0) Object.assign(found, JSON.parse(readFileSync(file, 'utf8')).benches);
      else process.exitCode = 1;
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
  save(found);
}

function save(benches: Record<string, readonly Table[]>): void {
  if (values.json === undefined) return;
  const [cpu] = cpus();
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const report = {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    isChanged: git('status', '--porcelain') !== '',
    machine: {
      cpu: cpu?.model,
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()}`,
    },
    versions: { node: process.version, cistern: JSON.parse(readFileSync('package.json', 'utf8')).version },
    benches,
  };
  writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
