import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';
import { addonFiles, type FunctionArchitecture, hasNativeAddon, runsOn } from './native-addons.ts';
import { findPackage, manifestOf } from './package-of.ts';
import { closure } from './whole-packages.ts';

export interface Installation {
  /** The names of the packages. */
  readonly packages: readonly string[];
  /** The folders that decide the versions: the first folder that has a package counts. */
  readonly projects: readonly string[];
  readonly architecture: FunctionArchitecture;
  /** The major version of the functions' Node.js. */
  readonly node: string;
}

/**
 * Has npm install packages and their dependencies for the functions' platform, in the versions that the project has.
 *
 * @param into the folder that gets `node_modules`
 * @throws BundlingError `bundling.not_installed` for a package that the project does not have; `bundling.install_failed`
 */
export function installPackages(
  { packages, projects, architecture, node }: Installation,
  into: string,
): void {
  const versions = packages.map(name => [name, installedVersion(name, projects)] as const);
  mkdirSync(into, { recursive: true });
  const manifest = join(into, 'package.json');
  writeFileSync(manifest, JSON.stringify({ private: true, dependencies: Object.fromEntries(versions) }));
  const flags = ['--omit=dev', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  const platform = ['--os=linux', '--libc=glibc', `--cpu=${architecture}`];
  const { status, stderr, error } = spawnSync('npm', ['install', ...flags, ...platform], {
    cwd: into,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    // packages that build or download their addon read these variables
    env: {
      ...process.env,
      npm_config_platform: 'linux',
      npm_config_arch: architecture,
      npm_config_target: `${node}.0.0`,
      npm_config_target_arch: architecture,
    },
  });
  if (status !== 0) throw failed(packages, error?.message ?? stderr);
  // these files are npm's, and not the packages'
  for (const file of ['package.json', 'node_modules/.package-lock.json', 'node_modules/.bin']) {
    rmSync(join(into, file), { recursive: true, force: true });
  }
  for (const name of packages) checkAddons(name, into, architecture);
}

function installedVersion(name: string, projects: readonly string[]): string {
  for (const project of projects) {
    const found = findPackage(name, project);
    const version = found && manifestOf(found.folder).version;
    if (version !== undefined) return version;
  }
  throw new BundlingError(
    ERROR_CODES.bundlingNotInstalled,
    `bundling.nodeModules names ${JSON.stringify(name)}, which is not installed in ${projects.join(' or ')}. Install it there: npm install ${name}.`,
    { package: name, projects },
  );
}

function checkAddons(name: string, into: string, architecture: FunctionArchitecture): void {
  const installed = findPackage(name, into);
  if (installed === undefined) throw failed([name], 'npm has not installed it.');
  const members = [installed, ...closure(installed)];
  if (!members.some(({ folder }) => hasNativeAddon(folder, manifestOf(folder)))) return;
  if (members.some(({ folder }) => addonFiles(folder).some(file => runsOn(file, architecture)))) return;
  throw failed(
    [name],
    `It has no addon for Linux, ${architecture} in npm's registry, and npm has run no script that makes one. Put it into a layer, and name it in bundling.externalModules.`,
  );
}

const failed = (packages: readonly string[], reason: string): BundlingError =>
  new BundlingError(
    ERROR_CODES.bundlingInstallFailed,
    `${packages.join(', ')} could not be installed for the functions. ${reason}`,
    { packages },
  );
