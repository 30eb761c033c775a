import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefinitionError, type ErrorCode } from '#lib/errors';
import { assertInstalled } from '#lib/parts';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { BundleFunctionsOptions } from './bundle-task.ts';
import { BundlingError, isBundlingCode } from './bundling-error.ts';
import { type CodeDirectories, type FunctionBundling, functionCode } from './function-code.ts';
import { CODE_ROOT, EXTENSION, IS_SOURCE } from './package-root.ts';

/** The parts of a module with definitions that a construct needs. */
export interface Prepared {
  readonly definitions: readonly StackDefinition[];
  /** Undefined if nothing was to be bundled. */
  readonly code: CodeDirectories | undefined;
  /** Warnings for the user about the bundles. */
  readonly warnings: readonly string[];
  /** Deletes the code after CDK has copied it. */
  dispose(): void;
}

export interface PrepareOptions {
  /** The definitions' module, absolute. */
  readonly batches: string;
  /** The app's folder, which relative paths start from. */
  readonly project: string;
  /** Undefined: nothing is bundled. */
  readonly bundling: FunctionBundling | undefined;
}

/** The result that the child process writes. */
export type PrepareResult =
  | { readonly definitions: readonly StackDefinition[]; readonly warnings: readonly string[] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** The bundler takes seconds, but npm may have to download packages. */
const TIMEOUT_MS = 900_000;

/**
 * Loads the definitions and bundles the functions in a child process. Both need asynchronous APIs (imports, the bundler's
 * plugins), and a construct's constructor cannot wait for a promise. The child's hooks for TypeScript also leave this
 * process unchanged.
 *
 * @throws CisternError `package.part_missing` if the bundler, or a package that it bundles, is not installed
 * @throws DefinitionError, BundlingError for errors in the module, its definitions or their imports
 */
export function prepare({ batches, project, bundling }: PrepareOptions): Prepared {
  assertInstalled('cdk', import.meta.resolve);
  const output = mkdtempSync(join(tmpdir(), 'cistern-'));
  const dispose = () => rmSync(output, { recursive: true, force: true });
  try {
    const { code, tasks } = bundling
      ? functionCode(bundling, { output, project })
      : { code: undefined, tasks: [] };
    const result = prepareIn(output, { batches, tasks, project });
    if ('error' in result) throw errorOf(result.error);
    if (code === undefined) dispose();
    return { ...result, code, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Makes an error of the code and the message that the child process has written. */
function errorOf({ code, message }: { readonly code: ErrorCode; readonly message: string }): Error {
  return isBundlingCode(code) ? new BundlingError(code, message, {}) : new DefinitionError(code, message);
}

function prepareIn(output: string, options: BundleFunctionsOptions): PrepareResult {
  const script = join(CODE_ROOT, `infra/bundling/prepare-process${EXTENSION}`);
  const loader = IS_SOURCE ? ['--conditions=source', '--import', import.meta.resolve('tsx')] : [];
  writeFileSync(join(output, 'options.json'), JSON.stringify(options));
  const { status, error, stderr } = spawnSync(process.execPath, [...loader, script, output], {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (error) throw error;
  if (status === 0) return JSON.parse(readFileSync(join(output, 'prepared.json'), 'utf8'));
  throw new Error(`The functions of ${options.batches} could not be bundled:\n${stderr}`);
}
