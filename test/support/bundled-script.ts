import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** The options with which Node.js runs a script that comes by its stdin. The script's arguments follow. */
export const FROM_STDIN = ['--no-warnings', '--input-type=module', '-'] as const;

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

/** Bundles a script once in a run of Jest, in which the sources stay as they are. */
async function scriptOfThisRun(file: string): Promise<string> {
  const folder = process.env['CISTERN_RUN_FOLDER'];
  if (folder === undefined) return bundle(file);
  const path = join(folder, `${basename(file)}.mjs`);
  if (existsSync(path)) return readFile(path, 'utf8');
  const text = await bundle(file);
  // another worker may do the same now: a file is there whole or not at all
  const own = join(folder, randomUUID());
  await writeFile(own, text);
  await rename(own, path);
  return text;
}

async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
