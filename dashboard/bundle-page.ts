import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type PageFile, pageFile } from './page-file.ts';

export interface BundledPage {
  readonly files: readonly PageFile[];
  /** The source files, relative to the working directory. */
  readonly inputs: readonly string[];
}

/** Files that are copied unchanged. */
const PLAIN = ['index.html', 'icon.svg'];

/** The licences of the bundled code. */
const NOTICE =
  '/*! Cistern, MIT licensed. Contains Preact, MIT licensed, (c) Jason Miller, and csv-parse, MIT licensed, (c) Adaltas. */';

/**
 * Builds the page from its sources, in memory.
 *
 * @param sources the absolute path of the folder with the page's sources
 */
export async function bundlePage(sources: string): Promise<BundledPage> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['main.tsx', 'styles/app.css'].map(file => ({ in: join(sources, file), out: 'app' })),
    // the same options as in `tsconfig.json`, so that the bundler does not have to find that file
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
    outdir: '/',
    bundle: true,
    // what few views need is loaded when it is needed: `part-….js`
    splitting: true,
    chunkNames: 'part-[hash]',
    format: 'esm',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    write: false,
    metafile: true,
    legalComments: 'none',
    banner: { js: NOTICE },
    logLevel: 'silent',
  });
  const plain = PLAIN.map(async path => pageFile(path, await readFile(join(sources, path))));
  return {
    files: [
      ...(await Promise.all(plain)),
      ...outputFiles.map(({ path, contents }) => pageFile(basename(path), contents)),
    ],
    inputs: Object.keys(metafile.inputs),
  };
}
