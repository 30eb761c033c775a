import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, renameSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
/** Packages with machine code, and those that are started as processes. */
const LEFT_OUT = ['esbuild', 'lmdb', 'tsx'];

export interface BundledCli {
  /** The command line's script. */
  readonly main: string;
  /** The library's module, which a process with this command line has loaded. */
  readonly library: string;
}

let made: BundledCli | undefined;

/**
 * Bundles the command line once in a run of Jest. A process starts it in a quarter of the time that TypeScript takes. It is
 * without the dashboard's page.
 */
export function bundledCli(): BundledCli {
  made ??= inFolder(process.env['CISTERN_RUN_FOLDER']);
  return made;
}

function inFolder(parent: string | undefined): BundledCli {
  if (parent === undefined) throw new Error('Only a run of Jest has a folder for the command line.');
  const folder = join(parent, 'cli');
  if (!existsSync(folder)) bundle(parent, folder);
  return { main: join(folder, 'main.mjs'), library: join(folder, 'library.mjs') };
}

function bundle(parent: string, folder: string): void {
  // another worker may do the same now: the folder is there whole or not at all
  const own = join(parent, randomUUID());
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: { main: 'cli/main.ts', library: 'lib/index.ts' },
    outdir: own,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    external: LEFT_OUT,
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  // what it reads of its package, and the packages that are left out
  copyFileSync(join(ROOT, 'package.json'), join(own, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(own, 'node_modules'), 'junction');
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
