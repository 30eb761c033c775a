import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefinitionError, type ErrorCode } from '#lib/errors';
import { assertInstalled } from '#lib/parts';
import { findModule } from '#loader/find-module';
import type { CodeDirectories } from './bundle.ts';
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
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** Minutes for a bundler that takes seconds. */
const TIMEOUT_MS = 300_000;

/**
 * Loads the definitions and bundles the functions. A construct's constructor cannot wait for a promise, and both take
 * asynchronous APIs (imports, the bundler's plugins): a process of its own can, and what it imports for TypeScript's
 * sake leaves this one as it was.
 *
 * @param definitions the module, as `findModule` takes it
 * @param folder what a relative path is relative to
 * @throws CisternError `package.part_missing` when the bundler, or what it bundles, is not installed
 * @throws DefinitionError saying what is wrong with the module or its definitions
 */
export function prepare(definitions: string | URL, folder: string): Prepared {
  const module = findModule(definitions, folder);
  assertInstalled('cdk', import.meta.resolve);
  const output = mkdtempSync(join(tmpdir(), 'cistern-'));
  const dispose = () => rmSync(output, { recursive: true, force: true });
  try {
    const result = prepareIn(output, module);
    if ('error' in result) throw new DefinitionError(result.error.code, result.error.message);
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
