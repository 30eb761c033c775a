import { spawnSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { loadedFiles } from '../../infra/bundling/bundle-size.ts';
import { expectIn, inProject, ROOT } from './outside-project.ts';

/** Bytes of all files in `node_modules`. */
const INSTALLED = 15_000_000;
const PACKAGES = 50;
/** Bytes of this package's own code that a bundled producer loads at its start, minified. */
const LOADED = 45_000;
/** Of the same and what it imports when it is needed, such as the operations and dedup. */
const TOTAL = 150_000;

/** What a deployment without `events` does not need. */
const EVENTS_CLIENT = '@aws-sdk/client-eventbridge';

const PRODUCER = `
import { batch } from 'cistern';
const orders = batch({ name: 'orders', maxSize: 10, maxWaitMs: 1_000, handler: () => import('./store-orders.js') });
export const handler = event => orders.add(event);
`;
const TRIES_WHAT_IS_MISSING = `
import { startLocal } from 'cistern/local';
await startLocal({ batches: [], port: 0 }).catch(error => console.log(error.code, error.message));
`;

/** What a project that only adds items gets with the package, and what it is told when it asks for more. */
export async function checkProducer(cistern: string): Promise<void> {
  await inProject({ dependencies: { cistern } }, async folder => {
    const { bytes, packages } = await installedIn(join(folder, 'node_modules'));
    console.log(`A producer installs ${packages} packages, ${(bytes / 1e6).toFixed(1)} MB of files.`);
    atMost('bytes installed', bytes, INSTALLED);
    atMost('packages installed', packages, PACKAGES);

    await writeFile(join(folder, 'producer.js'), PRODUCER);
    await writeFile(join(folder, 'store-orders.js'), 'export default () => {};');
    const { loaded, total, packagesLoaded } = await bundleProducer(folder);
    console.log(`Bundled, it loads ${loaded} bytes of ours, and has ${total} with what it may load later.`);
    atMost('bytes of ours loaded', loaded, LOADED);
    atMost('bytes of ours in all', total, TOTAL);
    console.log(`It loads ${packagesLoaded.join(', ')}.`);
    const { packages: bundled } = await bundlePackages(folder);
    expectNot('a bundle with the SDK has', bundled, EVENTS_CLIENT);
    // another part of the project may use events
    const { packages: found, packagesLoaded: atStart } = await bundlePackages(folder, [
      join(ROOT, 'node_modules'),
    ]);
    if (!found.includes(EVENTS_CLIENT)) throw new Error(`${EVENTS_CLIENT} was to be found.`);
    expectNot('a producer loads at its start', atStart, EVENTS_CLIENT);

    await writeFile(join(folder, 'local.js'), TRIES_WHAT_IS_MISSING);
    expectIn(
      output(process.execPath, ['local.js'], folder),
      'package.part_missing',
      'npm install --save-dev hono@',
    );
    const cli = join(folder, 'node_modules/.bin/cistern');
    expectIn(output(cli, ['start'], folder), 'package.part_missing', 'npm install --save-dev hono@');
    expectIn(
      output(cli, ['status', '--stack', 'shop'], folder),
      'package.part_missing',
      'client-cloudformation@',
    );
    expectIn(output(cli, ['--help'], folder), 'cistern start');
  });
}

async function installedIn(folder: string): Promise<{ readonly bytes: number; readonly packages: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const sizes = await Promise.all(
    files.map(async file => (await stat(join(file.parentPath, file.name))).size),
  );
  const manifests = entries.filter(
    ({ name, parentPath }) => name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(parentPath),
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: manifests.length };
}

interface ProducerSize {
  readonly loaded: number;
  readonly total: number;
  /** Packages besides ours that its start loads. */
  readonly packagesLoaded: readonly string[];
}

async function bundleProducer(folder: string): Promise<ProducerSize> {
  // the SDK is left out, which Lambda has
  const metafile = await bundle(folder, { external: ['@aws-sdk/*', '@smithy/*'] });
  const loaded = filesOfAnAdd(metafile);
  const ours = Object.entries(metafile.outputs).map(([file, { inputs }]) => ({
    file,
    bytes: Object.entries(inputs)
      .filter(([input]) => input.includes('node_modules/cistern/'))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0),
  }));
  const bytesOf = (files: typeof ours) => files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { outputs } = metafile;
  const all = [...loaded].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  console.log(`With valibot and what else it bundles, it loads ${all} bytes.`);
  return {
    loaded: bytesOf(ours.filter(({ file }) => loaded.has(file))),
    total: bytesOf(ours),
    packagesLoaded: packagesIn(metafile, file => loaded.has(file)),
  };
}

/**
 * Bundles the producer with the SDK inside.
 *
 * @param nodePaths where else packages are looked for
 */
async function bundlePackages(
  folder: string,
  nodePaths: readonly string[] = [],
): Promise<{ readonly packages: readonly string[]; readonly packagesLoaded: readonly string[] }> {
  const metafile = await bundle(folder, { nodePaths: [...nodePaths] });
  const loaded = filesOfAnAdd(metafile);
  return {
    packages: packagesIn(metafile, () => true),
    packagesLoaded: packagesIn(metafile, file => loaded.has(file)),
  };
}

/** The files that a producer has loaded when it adds: its start loads the client of DynamoDB behind itself. */
function filesOfAnAdd(metafile: Metafile): Set<string> {
  const isClient = (file: string) =>
    Object.keys(metafile.outputs[file]?.inputs ?? {}).some(input =>
      input.endsWith('lib/store/connect-table.js'),
    );
  if (!Object.keys(metafile.outputs).some(isClient))
    throw new Error('The client of DynamoDB was to be found.');
  return loadedFiles(metafile, isClient);
}

async function bundle(
  folder: string,
  options: Pick<BuildOptions, 'external' | 'nodePaths'>,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: { index: 'producer.js' },
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // a part that is not installed is warned of, and left to be found when it is asked for
    logLevel: 'error',
    ...options,
  });
  return metafile;
}

/** The packages that some files of a bundle are made of. */
function packagesIn({ outputs }: Metafile, isMeant: (file: string) => boolean): string[] {
  const inputs = Object.entries(outputs).flatMap(([file, output]) =>
    isMeant(file) ? Object.keys(output.inputs) : [],
  );
  const packages = inputs.map(
    input => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'the project',
  );
  return [...new Set(packages)].sort();
}

/** What a command says, also where it fails. */
function output(command: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  return stdout + stderr;
}

function atMost(what: string, found: number, limit: number): void {
  if (found > limit) throw new Error(`${what}: ${found}, and ${limit} are allowed.`);
}

function expectNot(where: string, packages: readonly string[], name: string): void {
  if (packages.includes(name)) throw new Error(`${where} ${name}.`);
}
