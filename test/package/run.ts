import { access, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PARTS } from '#lib/parts';
import { followGettingStarted } from './getting-started.ts';
import { bin, expectIn, inProject, pack, ROOT, run } from './outside-project.ts';
import { checkProducer } from './producer.ts';
import { checkStart } from './start.ts';

/** What pages link to for readers of the repository: the package does not have it. */
const IN_REPOSITORY = ['CONTRIBUTING.md'];

/**
 * Packs the package, installs it in clean folders, and uses it as outside projects would: plain Node, the compiled
 * files alone, types checked; definitions of the caller's module and of a TypeScript module; an app of the caller's
 * own with a deployment in it; and a producer, which needs little of it.
 */
const folder = await mkdtemp(join(tmpdir(), 'cistern-package-'));

try {
  const { file, unpackedSize } = pack(folder);
  console.log(`${file}: ${Math.round(unpackedSize / 1024)} KB unpacked`);
  console.log(run('npm', ['run', 'publint'], ROOT));
  console.log(run('npm', ['run', 'attw', '--', file], ROOT));
  await checkProducer(`file:${file}`);
  await followGettingStarted(file);
  await checkProject(`file:${file}`);
} finally {
  await rm(folder, { recursive: true });
}

async function checkProject(cistern: string): Promise<void> {
  const { devDependencies } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const wanted = new Set([
    ...Object.keys(PARTS.local.packages),
    ...Object.keys(PARTS.cdk.packages),
    '@types/node',
  ]);
  const versions = Object.entries(devDependencies).filter(([name]) => wanted.has(name));
  await inProject(
    { dependencies: { cistern }, devDependencies: Object.fromEntries(versions) },
    useEverything,
  );
}

/** The files that a page of a package names, but for those on the web and in the repository alone. */
async function linksOf(installed: string, page: string): Promise<string[]> {
  const text = await readFile(join(installed, page), 'utf8');
  return Array.from(text.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g), ([, target = '']) => target)
    .filter(target => !/^[a-z]+:/.test(target) && !IN_REPOSITORY.includes(target))
    .map(target => join(installed, dirname(page), target));
}

async function useEverything(folder: string): Promise<void> {
  await cp(join(import.meta.dirname, 'outside'), folder, { recursive: true });
  await cp(join(ROOT, 'examples/cdk-app'), join(folder, 'cdk-app'), { recursive: true });

  // alarms, errors and the README name them
  const installed = join(folder, 'node_modules/cistern');
  const pages = (await readdir(installed, { recursive: true })).filter(
    file => file.endsWith('.md') && !file.includes('node_modules'),
  );
  const links = (await Promise.all(pages.map(page => linksOf(installed, page)))).flat();
  await Promise.all(links.map(file => access(file)));
  console.log(`${links.length} links of ${pages.length} pages lead to what is in the package.`);

  run(bin('tsc'), ['--noEmit', '-p', folder], folder);
  const output = run(process.execPath, ['--no-warnings', 'use.mjs'], folder);
  console.log(output);
  expectIn(output, 'plain 1,2', 'typed 3,4', 'app.js 200', 'app.css 200');
  const required = run(process.execPath, ['--no-warnings', 'use.cjs'], folder);
  expectIn(required, 'from CommonJS 1,2', 'from an ES module 3', 'the same errors true');
  console.log(`cistern ${run(join(folder, 'node_modules/.bin/cistern'), ['--version'], folder)}`);

  await checkStart(folder);

  // what the sample's own `npx tsx app.ts` does
  const tsx = ['--import', 'tsx', 'app.ts'];
  const outdir = join(folder, 'cdk.out');
  run(process.execPath, tsx, join(folder, 'cdk-app'), {
    CDK_OUTDIR: outdir,
    CDK_VALIDATION: 'false',
  });
  expectIn(run('cat', ['Shop.template.json'], outdir), 'shop-jobs-clicks', 'CLICKS_TABLE');
  console.log('The sample app synthesises outside.');
}
