import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { forRunner } from './for-runner.ts';
import type { ProjectFacts } from './project-facts.ts';

/** The files that `cistern init` writes. The package has them in `examples/new-project`. */
export const PROJECT_FILES: readonly string[] = [
  'batches/index.ts',
  'test/orders.test.ts',
  'cdk/app.ts',
  'cdk.json',
  '.gitignore',
];

/** Where the package has a file. npm leaves a .gitignore out of packages, or gives it another name. */
export const sourceOf = (file: string): string =>
  join('examples/new-project', file === '.gitignore' ? 'gitignore' : file);

export interface WrittenProject {
  readonly written: readonly string[];
  /** Files that existed before. */
  readonly kept: readonly KeptFile[];
  /** Files that are of no use in this project. */
  readonly leftOut: readonly string[];
}

export interface KeptFile {
  readonly file: string;
  /** Says that it is another than that of a new project. */
  readonly isOwn: boolean;
  /** What its owner has to add, where it differs from the file of a new project. */
  readonly todo?: string;
}

/**
 * Writes the files of a first project into a folder. It never overwrites a file. The test is of the first definition, so it
 * is left out where the project has definitions of its own.
 */
export async function writeProject(folder: string, facts: ProjectFacts): Promise<WrittenProject> {
  const written: string[] = [];
  const kept: KeptFile[] = [];
  const leftOut: string[] = [];
  for (const file of PROJECT_FILES) {
    const target = join(folder, file);
    const source = await readFile(join(packageRoot(), sourceOf(file)), 'utf8');
    const isTest = file.startsWith('test/');
    if (isTest && kept.some(({ isOwn }) => isOwn)) {
      leftOut.push(file);
      continue;
    }
    const text = isTest ? forRunner(source, facts) : source;
    await mkdir(dirname(target), { recursive: true });
    if (await isWritten(target, text)) written.push(file);
    else kept.push(await keptFile(file, target, text));
  }
  return { written, kept, leftOut };
}

/** Writes a file. Returns false if it exists. */
async function isWritten(target: string, text: string): Promise<boolean> {
  try {
    await writeFile(target, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function keptFile(file: string, target: string, text: string): Promise<KeptFile> {
  const known = await readFile(target, 'utf8');
  if (known === text) return { file, isOwn: false };
  const todo = todoOf(file, known, text);
  return { file, isOwn: true, ...(todo !== undefined && { todo }) };
}

function todoOf(file: string, known: string, text: string): string | undefined {
  if (file === 'cdk.json') return 'it names an app of yours: add the stack of cdk/app.ts to that app';
  if (file !== '.gitignore') return undefined;
  const lines = new Set(known.split('\n').map(bare));
  const missing = text.split('\n').filter(line => line !== '' && !lines.has(bare(line)));
  return missing.length === 0 ? undefined : `add to it: ${missing.join(', ')}`;
}

/** A line of .gitignore without what may be left out: the slashes at its ends. */
const bare = (line: string): string => line.trim().replaceAll(/^\/|\/$/g, '');

/** Finds the package's folder by its manifest. It is two folders up from the source, and three from the built files. */
const packageRoot = (): string => dirname(createRequire(import.meta.url).resolve('#package.json'));
