import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { missingOf } from '#lib/parts';
import type { FunctionTopology } from '#lib/topology';
import { type BundleSize, bundleSize } from './bundle-size.ts';
import { leanBundle } from './lean-bundle/plugin.ts';
import { CODE_ROOT, EXTENSION, IS_SOURCE, PACKAGE_ROOT } from './package-root.ts';

export type Entry = FunctionTopology['entry'];

/** All entries that there are: `functions/lambda/<entry>.ts`. */
export const ENTRIES = [
  'ingest',
  'admin-http',
  'admin',
  'timer',
  'ticker',
  'consumer',
  'dead-letter',
] as const satisfies Entry[];

export interface BundleOptions {
  /** The definitions' module, absolute. */
  readonly batches: string;
}

/** A function's code: an ES module `index.mjs` with the chunks that it imports when they are needed. */
export interface Bundle {
  readonly entry: Entry;
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  readonly metafile: Metafile;
  readonly size: BundleSize;
}

/** The Node.js that functions run on; `NODE_RUNTIME` in constructs/cistern-function.ts is the same. */
const TARGET = 'node24';

/** A handler's dependency that is CommonJS may `require` Node's own modules, which ES modules by themselves cannot. */
const BANNER =
  "import{createRequire as cisternRequire}from'module';const require=cisternRequire(import.meta.url);";

/**
 * Bundles one function. Handlers are imported lazily by their definitions, and become chunks of their own: the
 * ingest function knows the definitions and never loads a handler.
 *
 * The same sources give the same bytes wherever the output is put, so that an asset's hash changes with its code.
 */
export async function bundle(entry: Entry, { batches }: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: { index: join(CODE_ROOT, `functions/lambda/${entry}${EXTENSION}`) },
    // never written to: source maps name their sources relative to it
    outdir: join(PACKAGE_ROOT, '.cistern/bundles', entry),
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    // the ES modules of a package that has both: only of these can be left out what nobody uses
    mainFields: ['module', 'main'],
    // `source` is this package's own: what is published has none
    conditions: IS_SOURCE ? ['source', 'module'] : ['module'],
    alias: { '#batches': batches },
    plugins: [leanBundle()],
    // a deployment without events or traces never loads these, and need not have them
    external: [...missingOf('events', import.meta.resolve), ...missingOf('tracing', import.meta.resolve)],
    banner: { js: BANNER },
    logLevel: 'warning',
  });
  return {
    entry,
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
    metafile,
    size: bundleSize(metafile),
  };
}

/** Directories with the functions' code, by entry. */
export type CodeDirectories = Readonly<Record<Entry, string>>;

/** Bundles all functions, each into a directory of its own within `directory`. */
export async function bundleAll(options: BundleOptions, directory: string): Promise<CodeDirectories> {
  const written = await Promise.all(
    ENTRIES.map(async entry => {
      const { files } = await bundle(entry, options);
      const into = join(directory, entry);
      await mkdir(into, { recursive: true });
      await Promise.all(files.map(({ name, contents }) => writeFile(join(into, name), contents)));
      return [entry, into] as const;
    }),
  );
  return Object.fromEntries(written) as Record<Entry, string>;
}
