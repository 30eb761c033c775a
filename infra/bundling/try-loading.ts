import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SETTINGS_VARIABLES } from '#lib/deployment/settings';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';
import type { DefinitionPackage } from './definition-packages.ts';
import { OWN_MODULE } from './heavy-imports.ts';
import { hasNativeAddon } from './native-addons.ts';
import { findPackage, type InstalledPackage, manifestOf } from './package-of.ts';
import { closure } from './whole-packages.ts';

/** How long to wait for a function to load. Lambda itself allows ten seconds. */
const LOADING_MS = 30_000;

/** The child process's code: it loads a function, and writes the result. */
const SCRIPT = `
const { pathToFileURL } = await import('node:url');
const say = message => process.send(message, () => process.exit(0));
await import(pathToFileURL(process.argv[1] + '/index.mjs').href).then(
  () => say({}),
  error => say({ error: error?.stack ?? String(error) }),
);`;

export interface TriedFunction {
  /** The absolute path of the folder with the function's code. */
  readonly folder: string;
  /** The packages that the function loads because the definitions import them. */
  readonly packages: readonly DefinitionPackage[];
  readonly project: string;
}

/**
 * Loads a function's code once in a process of its own, as Lambda does when the function starts, without calling it. A
 * module that the definitions import may need a file or a package that the function's folder lacks. The error appears
 * here, and not in the first invocation after a deployment.
 *
 * @throws BundlingError `bundling.does_not_load`, with the error and the importer of each package
 */
export async function tryLoading({ folder, packages, project }: TriedFunction): Promise<void> {
  const copy = withPackagesOfThisMachine(folder, packages, project);
  try {
    const error = await load(copy);
    if (error !== undefined) throw doesNotLoad(error, packages, project);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * Copies a function's code with the packages beside it. Packages with an addon are taken from the project, since the
 * function's are for another machine as a rule. Packages of a layer are taken from the project too.
 */
function withPackagesOfThisMachine(
  folder: string,
  packages: readonly DefinitionPackage[],
  project: string,
): string {
  const copy = mkdtempSync(`${folder}-tried-`);
  for (const file of readdirSync(folder)) {
    if (file !== 'node_modules') cpSync(join(folder, file), join(copy, file), { recursive: true });
  }
  for (const { name, importer, isBeside } of packages) {
    if (!isBeside) continue;
    const installed = findPackage(name, dirname(importer)) ?? findPackage(name, project);
    const functions = join(folder, 'node_modules', name);
    const found = existsSync(functions) && !hasAddon(installed) ? functions : installed?.folder;
    if (found === undefined) continue;
    const link = join(copy, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(found, link, 'junction');
  }
  return copy;
}

const hasAddon = (of: InstalledPackage | undefined): boolean =>
  of !== undefined && [of, ...closure(of)].some(({ folder }) => hasNativeAddon(folder, manifestOf(folder)));

/** @returns the error with its stack; undefined if the function loads */
async function load(folder: string): Promise<string | undefined> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--no-warnings', '--input-type=module', '--eval', SCRIPT, folder],
    {
      cwd: folder,
      env: {
        ...env,
        [SETTINGS_VARIABLES.deployment]: 'tried',
        [SETTINGS_VARIABLES.queueUrlBase]: 'http://127.0.0.1/',
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  let said: { readonly error?: string } | undefined;
  let stderr = '';
  child.on('message', (message: { readonly error?: string }) => {
    said = message;
  });
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), LOADING_MS);
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(deadline);
  if (said !== undefined) return said.error;
  if (signal === 'SIGKILL') return `It did not load within ${LOADING_MS / 1_000} s.`;
  return `Its process ended with ${status ?? signal}. ${stderr.trim()}`;
}

function doesNotLoad(error: string, packages: readonly DefinitionPackage[], project: string): BundlingError {
  const [message = error, ...stack] = error.split('\n');
  const place = stack.find(line => line.trim().startsWith('at '))?.trim() ?? '';
  const imports = packages.map(({ name, importer }) => `${relative(project, importer)} imports ${name}`);
  const whose =
    imports.length === 0 ? 'It is in the definitions’ own modules.' : `${imports.join(', ')}. ${OWN_MODULE}`;
  return new BundlingError(
    ERROR_CODES.bundlingDoesNotLoad,
    `The functions would fail when they start, since they load the definitions: ${message} ${place}\n${whose}`,
    { error, packages: packages.map(({ name }) => name) },
  );
}
