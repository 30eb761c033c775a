import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { commonJs, IMPORT_META } from './commonjs-plugin.ts';
import { isEsModule } from './is-es-module.ts';

/**
 * A step of `npm run build`: makes CommonJS files of the compiled ES modules, one for one, in `dist/cjs`. They are for
 * `require('cistern')` where `require` loads no ES modules: in Jest above all. There is one file for each module, so
 * that the package's entries share their classes. docs/decisions/0046 says why there are both.
 */
const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const out = join(dist, 'cjs');
const ENTRIES = ['lib', 'infra', 'local'].map(folder => join(dist, folder, 'index.js'));

await rm(out, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir: out,
  write: false,
  metafile: true,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const modules = Object.keys(metafile.inputs);

await build({
  absWorkingDir: root,
  entryPoints: modules,
  outbase: dist,
  outdir: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // each file repeats what all of them need of the bundler; the names stay
  minifyWhitespace: true,
  // Node.js shows the line of an error that nobody catches, such as one that ends a synthesis
  lineLimit: 120,
  // a test runner's `require` loads modules as it sees fit, where `import()` takes a flag of Node.js
  supported: { 'dynamic-import': false },
  define: IMPORT_META,
  plugins: [commonJs({ dist, out, isEsModule: name => isEsModule(name, join(root, 'package.json')) })],
  logLevel: 'warning',
});

// the same types, which TypeScript reads as those of CommonJS files where the nearest manifest says so
const copied = new Set<string>();
for (const entry of ENTRIES) await copyTypes(relative(dist, entry).replace(/\.js$/, '.d.ts'));
await writeFile(join(out, 'package.json'), JSON.stringify({ type: 'commonjs' }));

/**
 * Copies a file of types, and those that it imports: no one else needs the others. Imports of ours begin with `#`, which
 * TypeScript knows in newer modes alone.
 */
async function copyTypes(file: string): Promise<void> {
  if (copied.has(file)) return;
  copied.add(file);
  const types = await readFile(join(dist, file), 'utf8').catch(() => undefined);
  // an import in an example of a docstring
  if (types === undefined) return;
  const up = relative(dirname(file), '.').replaceAll(sep, '/');
  const made = types.replaceAll(/'#(\w+\/[\w/-]+)'/g, `'${up}/$1.ts'`);
  await mkdir(dirname(join(out, file)), { recursive: true });
  await writeFile(join(out, file), made);
  for (const [, path = ''] of made.matchAll(/(?:from |import\()'(\.[^']+)\.(?:js|ts)'/g)) {
    await copyTypes(`${join(dirname(file), path)}.d.ts`);
  }
}
