import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';
import { type FunctionArchitecture, runsOn } from './native-addons.ts';
import { findPackage, type InstalledPackage, manifestOf } from './package-of.ts';
import { dependenciesOf } from './whole-packages.ts';

/** Files that no program reads: types, source maps, texts, and sources of addons. */
const NEEDLESS = /\.(d\.[cm]?ts|map|md|markdown|c|cc|cpp|h|hpp|o|a)$/i;

/**
 * Copies packages with their dependencies to a bundle's folder, in npm's layout: each once at the top, and a second version
 * in the folder of the package that needs it.
 *
 * @throws BundlingError `bundling.two_versions` if the bundle itself would need two versions of a package
 */
export async function copyPackages(
  packages: Iterable<InstalledPackage>,
  into: string,
  architecture: FunctionArchitecture,
): Promise<void> {
  const placed = new Map<string, string>();
  const place = async (given: InstalledPackage, at: string): Promise<void> => {
    const target = join(at, 'node_modules', given.name);
    placed.set(target, given.folder);
    await mkdir(dirname(target), { recursive: true });
    await cp(given.folder, target, {
      recursive: true,
      dereference: true,
      filter: file => file === given.folder || isNeeded(file, architecture),
    });
    for (const name of dependenciesOf(given.folder)) {
      const dependency = findPackage(name, given.folder);
      if (dependency === undefined) continue;
      const top = join(into, 'node_modules', name);
      if (!placed.has(top) && !existsSync(top)) await place(dependency, into);
      else if (!isSame(placed.get(top) ?? top, dependency.folder)) {
        const own = join(target, 'node_modules', name);
        if (!placed.has(own)) await place(dependency, target);
      }
    }
  };
  for (const each of packages) {
    const top = join(into, 'node_modules', each.name);
    if (!placed.has(top) && !existsSync(top)) await place(each, into);
    else if (!isSame(placed.get(top) ?? top, each.folder)) throw twoVersions(each);
  }
}

/** Leaves out packages within a package, which are copied separately, and large addons for other platforms. */
const isNeeded = (file: string, architecture: FunctionArchitecture): boolean =>
  basename(file) !== 'node_modules' &&
  !NEEDLESS.test(file) &&
  (!file.endsWith('.node') || runsOn(file, architecture));

/** Returns whether two folders have the same version of a package. */
const isSame = (a: string, b: string): boolean => a === b || manifestOf(a).version === manifestOf(b).version;

const twoVersions = ({ name, folder }: InstalledPackage): BundlingError =>
  new BundlingError(
    ERROR_CODES.bundlingTwoVersions,
    `The definitions import two versions of ${name}, which has to be kept whole beside the bundle. Have one version in your project: npm ls ${name} shows who wants which.`,
    { package: name, folder },
  );
