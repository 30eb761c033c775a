import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** This repository. */
export const ROOT: string = resolve(import.meta.dirname, '../..');

const PACK = ['pack', '--json', '--pack-destination'];
const INSTALL = [
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--engine-strict',
];

/** Runs a command to its end, and shows what it says when it fails. @returns what it wrote to stdout */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): string {
  return execFileSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
}

/** A tool of this repository. */
export const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** @throws Error where a text is missing */
export function expectIn(output: string, ...texts: readonly string[]): void {
  for (const text of texts) {
    if (!output.includes(text)) throw new Error(`There is no ${JSON.stringify(text)} in:\n${output}`);
  }
}

/** The package as it would be published, in a folder. @returns its file, and its size unpacked in bytes */
export function pack(folder: string): { readonly file: string; readonly unpackedSize: number } {
  run('npm', ['run', 'clean'], ROOT);
  run('npm', ['run', 'build'], ROOT);
  const [packed] = JSON.parse(run('npm', [...PACK, folder], ROOT)) as [
    { filename: string; unpackedSize: number },
  ];
  return { file: join(folder, packed.filename), unpackedSize: packed.unpackedSize };
}

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Makes a project somewhere else with these packages in it, each fit for this Node.js, and removes it after its use. */
export async function inProject(packages: Packages, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cistern-outside-'));
  try {
    const manifest = { name: 'outside', private: true, type: 'module', ...packages };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    run('npm', INSTALL, folder);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
