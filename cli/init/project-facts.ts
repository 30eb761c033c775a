import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `cistern init` finds in a project. */
export interface ProjectFacts {
  /** The packages that its package.json names. */
  readonly packages: ReadonlySet<string>;
  readonly runner: TestRunner;
  readonly isModule: boolean;
}

export type TestRunner = 'jest' | 'vitest' | 'node';

/** Reads a folder's package.json. A folder that has none, or one that cannot be read, is a new project. */
export async function readProjectFacts(folder: string): Promise<ProjectFacts> {
  const manifest = await readManifest(join(folder, 'package.json'));
  const packages = new Set(
    [manifest['dependencies'], manifest['devDependencies']].flatMap(field => Object.keys(field ?? {})),
  );
  const runner = packages.has('vitest') ? 'vitest' : packages.has('jest') ? 'jest' : 'node';
  return { packages, runner, isModule: manifest['type'] === 'module' };
}

async function readManifest(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return Object(JSON.parse(await readFile(file, 'utf8'))) as Record<string, unknown>;
  } catch {
    return {};
  }
}
