import { execFileSync } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Packs the package, installs it in a clean folder, and uses it as an outside project would: plain Node, the compiled
 * files alone, types checked; definitions of the caller's module and of a TypeScript module; an app of the caller's
 * own with a deployment in it.
 */
const root = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'cistern-package-'));
const run = (command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env) =>
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const expectIn = (output: string, ...texts: readonly string[]) => {
  for (const text of texts) {
    if (!output.includes(text)) throw new Error(`There is no ${JSON.stringify(text)} in:\n${output}`);
  }
};

try {
  run('npm', ['run', 'clean'], root);
  run('npm', ['run', 'build'], root);
  console.log(run('npm', ['run', 'publint'], root));
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root)) as [
    { filename: string; unpackedSize: number },
  ];
  console.log(`${packed.filename}: ${Math.round(packed.unpackedSize / 1024)} KB unpacked`);

  console.log(run('npm', ['run', 'attw', '--', join(folder, packed.filename)], root));

  await cp(join(import.meta.dirname, 'outside'), folder, { recursive: true });
  await cp(join(root, 'examples/cdk-app'), join(folder, 'cdk-app'), { recursive: true });
  const { devDependencies } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const peers = ['aws-cdk-lib', 'constructs', '@types/node'] as const;
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'outside',
      private: true,
      type: 'module',
      dependencies: { cistern: `file:${packed.filename}` },
      devDependencies: Object.fromEntries(peers.map(name => [name, devDependencies[name]])),
    }),
  );
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], folder);

  // alarms, errors and the README name them
  const installed = join(folder, 'node_modules/cistern');
  const links = (await readFile(join(installed, 'README.md'), 'utf8')).matchAll(/\]\((docs\/[^)#]+)/g);
  const pages = new Set(Array.from(links, ([, page = '']) => page));
  await Promise.all([...pages].map(page => access(join(installed, page))));
  console.log(`${pages.size} pages that the README names are there.`);

  run(bin('tsc'), ['--noEmit', '-p', folder], folder);
  const output = run(process.execPath, ['--no-warnings', 'use.mjs'], folder);
  console.log(output);
  expectIn(output, 'plain 1,2', 'typed 3,4', 'app.js 200', 'app.css 200');
  const required = run(process.execPath, ['--no-warnings', 'use.cjs'], folder);
  expectIn(required, 'from CommonJS 1,2', 'from an ES module 3', 'the same errors true');
  console.log(`cistern ${run(join(folder, 'node_modules/.bin/cistern'), ['--version'], folder)}`);

  // what the sample's own `npx tsx app.ts` does
  const tsx = ['--import', 'tsx', 'app.ts'];
  const outdir = join(folder, 'cdk.out');
  run(process.execPath, tsx, join(folder, 'cdk-app'), {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_VALIDATION: 'false',
  });
  expectIn(run('cat', ['Shop.template.json'], outdir), 'shop-jobs-clicks', 'CLICKS_TABLE');
  console.log('The sample app synthesises outside.');
} finally {
  await rm(folder, { recursive: true });
}
