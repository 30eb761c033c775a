import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { missingOf } from '#lib/parts';
import type { FunctionTopology } from '#lib/topology';
import { leanBundle } from '../lean-bundle/plugin.ts';
import { type BundleSize, bundleSize } from './bundle-size.ts';
import type { BundlingSpec } from './bundling-options.ts';
import { esbuildArgs } from './esbuild-args.ts';
import { explainBuild } from './explain-build.ts';
import { CODE_ROOT, EXTENSION, IS_SOURCE, PACKAGE_ROOT } from './package-root.ts';
import { type UserModulesOptions, userModules } from './user-modules.ts';

export type Entry = FunctionTopology['entry'];

/** All entries: `functions/lambda/<entry>.ts`. */
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
  /** The absolute path of the definitions' module. */
  readonly batches: string;
  /** The user's options for bundling. */
  readonly bundling?: BundlingSpec;
  /** How the packages that the definitions import are treated. Default: all are bundled. */
  readonly modules?: UserModulesOptions;
}

/** A function's code: an ES module `index.mjs`, with the chunks that it imports late. */
export interface Bundle {
  readonly entry: Entry;
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  readonly metafile: Metafile;
  readonly size: BundleSize;
}

/** The major version of Node.js that functions run on by default. `NODE_RUNTIME` in constructs/cistern-function.ts is the same. */
export const FUNCTIONS_NODE = 24;

/**
 * Defines `require`, `__dirname` and `__filename` for CommonJS modules, since an ES module does not have them. They are
 * global, so that a module may declare one of these names itself. Each file of a bundle imports this code first.
 */
const GLOBALS = {
  name: 'globals.mjs',
  contents: `import { createRequire } from 'node:module';
globalThis.require ??= createRequire(import.meta.url);
globalThis.__filename ??= import.meta.filename.replace('globals', 'index');
globalThis.__dirname ??= import.meta.dirname;
`,
} as const;
const BANNER = `import"./${GLOBALS.name}";`;

/**
 * Bundles one function. Handlers that their definitions import lazily become chunks of their own. The ingest function has
 * the definitions and never loads these chunks.
 *
 * The same sources give the same bytes wherever the output is put, so that an asset's hash changes with its code.
 */
export async function bundle(
  entry: Entry,
  { batches, bundling = {}, modules = { external: new Set() } }: BundleOptions,
): Promise<Bundle> {
  const { outputFiles, metafile } = await buildModule(
    join(CODE_ROOT, `functions/lambda/${entry}${EXTENSION}`),
    // no file is written here: the names of sources in source maps are relative to it
    join(PACKAGE_ROOT, '.cistern/bundles', entry),
    { batches, bundling },
    [leanBundle(modules.hasSdk ?? true), userModules(modules)],
  );
  return {
    entry,
    files: [
      ...outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
      { name: GLOBALS.name, contents: Buffer.from(GLOBALS.contents) },
    ],
    metafile,
    size: bundleSize(metafile),
  };
}

/**
 * Bundles the definitions alone, without the library and the functions, and writes nothing.
 *
 * @returns what the definitions and their handlers import
 */
export async function bundleDefinitions({
  batches,
  bundling = {},
  modules = { external: new Set() },
}: BundleOptions): Promise<Metafile> {
  const plugins = [userModules({ ...modules, withoutLibrary: true })];
  const into = join(PACKAGE_ROOT, '.cistern/definitions');
  const { metafile } = await buildModule(batches, into, { batches, bundling }, plugins);
  return metafile;
}

async function buildModule(
  entryPoint: string,
  outdir: string,
  { batches, bundling = {} }: Pick<BundleOptions, 'batches' | 'bundling'>,
  plugins: Plugin[],
) {
  const given = userOptions(bundling);
  return build({
    ...given,
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: { index: entryPoint },
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    alias: { ...given.alias, '#batches': batches },
    // a deployment without events or traces does not load these packages, and does not need them installed
    external: [
      ...(given.external ?? []),
      ...missingOf('events', import.meta.resolve),
      ...missingOf('tracing', import.meta.resolve),
    ],
    plugins,
  }).catch((error: unknown) => {
    throw explainBuild(error);
  });
}

type SourceMapMode = 'external' | 'inline' | 'both';

/** Converts the user's options for a bundle to esbuild's, with defaults. */
function userOptions(given: BundlingSpec): BuildOptions {
  const { minify = true, sourcesContent = false, target = `node${FUNCTIONS_NODE}` } = given;
  const { loader, define, inject, keepNames, tsconfig, charset, footer } = given;
  const { conditions = [], banner, ...args } = esbuildArgs(given.esbuildArgs ?? {});
  return {
    minify,
    sourcemap: sourceMap(given),
    sourcesContent,
    target,
    legalComments: 'none',
    logLevel: 'silent',
    // prefer a package's ES modules: esbuild can leave unused code out only of these
    mainFields: given.mainFields ?? ['module', 'main'],
    ...(loader && { loader: loader as NonNullable<BuildOptions['loader']> }),
    ...(define && { define }),
    ...(inject && { inject }),
    ...(keepNames !== undefined && { keepNames }),
    ...(tsconfig !== undefined && { tsconfig }),
    ...(charset !== undefined && { charset }),
    ...(footer !== undefined && { footer: { js: footer } }),
    ...args,
    // `source` is this package's own condition; the published package does not have it
    conditions: [...(IS_SOURCE ? ['source'] : []), 'module', ...conditions],
    banner: { ...banner, js: [BANNER, given.banner, banner?.['js']].filter(Boolean).join('\n') },
  };
}

/** Converts CDK's mode of source maps. All but the default have esbuild's names. */
function sourceMap({ sourceMap: isWanted = true, sourceMapMode }: BundlingSpec): boolean | SourceMapMode {
  if (!isWanted) return false;
  const mode: string | undefined = sourceMapMode;
  return mode === 'external' || mode === 'inline' || mode === 'both' ? mode : true;
}
