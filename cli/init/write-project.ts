import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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
  readonly kept: readonly string[];
}

/** Copies the files of a first project into a folder. It never overwrites a file. */
export async function writeProject(folder: string): Promise<WrittenProject> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const file of PROJECT_FILES) {
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    const isNew = await isCopied(join(packageRoot(), sourceOf(file)), target);
    (isNew ? written : kept).push(file);
  }
  return { written, kept };
}

/** Copies a file. Returns false if the target exists. */
async function isCopied(source: string, target: string): Promise<boolean> {
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Finds the package's folder by its manifest. It is two folders up from the source, and three from the built files. */
const packageRoot = (): string => dirname(createRequire(import.meta.url).resolve('#package.json'));
