import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type PageFile, pageFile } from './page-file.ts';

export interface BundledPage {
  readonly files: readonly PageFile[];
  /** What went into them, relative to the working directory. */
  readonly inputs: readonly string[];
}

/** What bundling leaves as it is. */
const PLAIN = ['index.html', 'icon.svg'];

/** What is bundled in has its licence said. */
const NOTICE = '/*! Cistern, MIT licensed. Contains Preact, MIT licensed, (c) Jason Miller. */';

/**
 * Builds the page from its sources, in memory.
 *
 * @param sources the folder of the page's sources, absolute
 */
export async function bundlePage(sources: string): Promise<BundledPage> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['main.tsx', 'styles/app.css'].map(file => ({ in: join(sources, file), out: 'app' })),
    // what `tsconfig.json` says to the compiler is repeated here, so that the two files need not be found
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
    outdir: '/',
    bundle: true,
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
