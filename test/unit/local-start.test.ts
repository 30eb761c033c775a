import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { loadedFiles } from '../../infra/bundling/bundle-size.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The modules and packages that are loaded before `startLocal` has returned. */
async function loadedAtStart(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: "import './lib/index.ts'; import './local/start-local.ts'", resolveDir: ROOT },
    outdir: 'out',
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    conditions: ['source'],
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  return [...loadedFiles(metafile)].flatMap(file => {
    const { inputs = {}, imports = [] } = metafile.outputs[file] ?? {};
    const packages = imports.filter(({ external, kind }) => external && kind !== 'dynamic-import');
    return [...Object.keys(inputs), ...packages.map(({ path }) => path)];
  });
}

test('a local stack starts without the AWS SDK, and without the code of its functions and of its API', async () => {
  const loaded = await loadedAtStart();
  expect(loaded).toContain('local/table/memory-table.ts');
  const late =
    /^(@aws-sdk|@smithy|hono|@hono|tsx|lmdb|functions\/|dashboard\/(?!address)|lib\/operations\/|lib\/recovery\/)/;
  expect(loaded.filter(name => late.test(name))).toEqual([]);
});
