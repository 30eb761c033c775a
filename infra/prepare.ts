import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeDirectories } from './bundle.ts';
import { findModule } from './find-module.ts';
import { CODE_ROOT, EXTENSION, IS_SOURCE } from './package-root.ts';
import type { StackDefinition } from './stack-definition.ts';

/** What a construct needs of a module with definitions. */
export interface Prepared {
  readonly definitions: readonly StackDefinition[];
  readonly code: CodeDirectories;
  /** Deletes the code, when CDK has taken it. */
  dispose(): void;
}

/** What the child process writes. */
export type PrepareResult =
  | { readonly definitions: readonly StackDefinition[]; readonly code: CodeDirectories }
  | { readonly error: string };

/** Minutes for a bundler that takes seconds. */
const TIMEOUT_MS = 300_000;

/**
 * Loads the definitions and bundles the functions. A construct's constructor cannot wait for a promise, and both take
 * asynchronous APIs (imports, the bundler's plugins): a process of its own can, and what it imports for TypeScript's
 * sake leaves this one as it was.
 *
 * @param definitions the module, relative to the working directory
 * @throws Error saying what is wrong with the module or its definitions
 */
export function prepare(definitions: string): Prepared {
  const module = findModule(definitions);
  const folder = mkdtempSync(join(tmpdir(), 'cistern-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    const result = prepareIn(folder, module);
    if ('error' in result) throw new Error(result.error);
    return { ...result, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function prepareIn(folder: string, module: string): PrepareResult {
  const script = join(CODE_ROOT, `infra/prepare-process${EXTENSION}`);
  const loader = IS_SOURCE ? ['--conditions=source', '--import', import.meta.resolve('tsx')] : [];
  const { status, error, stderr } = spawnSync(process.execPath, [...loader, script, module, folder], {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (error) throw error;
  if (status === 0) return JSON.parse(readFileSync(join(folder, 'prepared.json'), 'utf8'));
  throw new Error(`The functions of ${module} could not be bundled:\n${stderr}`);
}
