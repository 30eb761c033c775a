import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/** The options with which Node.js runs a script that comes by its stdin. The script's arguments follow. */
export const FROM_STDIN = ['--no-warnings', '--input-type=module', '-'] as const;

const ROOT = resolve(import.meta.dirname, '../..');

const made = new Map<string, Promise<string>>();

/**
 * Sends a process its script, with all that the script imports, as one text. A process reads that in a third of the time
 * that it needs for TypeScript, and tests start many of them, also where a machine has other things to do.
 */
export function sendScript({ stdin }: ChildProcess, file: string): void {
  if (stdin === null) throw new Error('It reads its script from stdin.');
  // killed while it reads: that is seen by its end
  stdin.on('error', () => {});
  const script = made.get(file) ?? scriptOfThisRun(file);
  made.set(file, script);
  void script.then(text => stdin.end(text));
}

/**
 * Returns the path of a script for a thread, with all of the project that it imports. It finds its packages by the run's
 * folder, and is started in half of the time that TypeScript takes.
 *
 * @returns undefined outside of Jest
 */
export async function threadScript(file: string): Promise<string | undefined> {
  const folder = process.env['CISTERN_RUN_FOLDER'];
  return folder === undefined ? undefined : madeIn(folder, file, 'external');
}

async function scriptOfThisRun(file: string): Promise<string> {
  const folder = process.env['CISTERN_RUN_FOLDER'];
  return folder === undefined ? bundle(file) : readFile(await madeIn(folder, file), 'utf8');
}

/** Bundles a script once in a run of Jest, in which the sources stay as they are. Returns where it is. */
async function madeIn(folder: string, file: string, packages?: 'external'): Promise<string> {
  const name = relative(ROOT, file).replaceAll(sep, '-');
  const path = join(folder, `${name}${packages === undefined ? '' : `.${packages}`}.mjs`);
  if (existsSync(path)) return path;
  const text = await bundle(file, packages);
  // another worker may do the same now: a file is there whole or not at all
  const own = join(folder, randomUUID());
  await writeFile(own, text);
  await rename(own, path);
  return path;
}

/** What packages that are CommonJS need in a module. */
const REQUIRE = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};

async function bundle(file: string, packages?: 'external'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    ...(packages === undefined ? { banner: REQUIRE } : { packages }),
  });
  return outputFiles[0]?.text ?? '';
}
