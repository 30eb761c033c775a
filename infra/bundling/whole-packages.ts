import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';
import type { Reached } from './definition-imports.ts';
import { looksForFiles } from './looks-for-files.ts';
import { addonFiles, type FunctionArchitecture, hasNativeAddon, runsOn } from './native-addons.ts';
import { findPackage, type InstalledPackage, manifestOf, packageOf } from './package-of.ts';

/** The packages that are not bundled. */
export interface PackagePlan {
  /** Packages that are put beside the bundle as npm has installed them, by folder. */
  readonly whole: ReadonlyMap<string, InstalledPackage>;
  /** Optional dependencies that are left out, since their addon does not run on the functions' platform, by folder. */
  readonly leftOut: ReadonlySet<string>;
}

interface Imported extends InstalledPackage {
  /** The first importer outside the package. */
  readonly importer: string;
  readonly needsFiles: boolean;
}

/**
 * Decides for each package that the definitions import whether it can be bundled. A package that looks for files of its
 * own is kept whole, with its dependencies. So is one with a native addon for the functions' platform.
 *
 * @throws BundlingError `bundling.native_addon` for an addon for another platform, with its importer and what to do
 */
export function planPackages(
  reached: ReadonlyMap<string, Reached>,
  { architecture, addons }: { architecture: FunctionArchitecture; addons: ReadonlySet<string> },
): PackagePlan {
  const whole = new Map<string, InstalledPackage>();
  const leftOut = new Set<string>();
  for (const found of importedPackages(reached).values()) {
    const isNative = addons.has(found.folder) || hasNativeAddon(found.folder, manifestOf(found.folder));
    if (!isNative && !found.needsFiles) continue;
    const members = [found, ...closure(found)];
    const unfit = members.filter(({ folder }) => hasNativeAddon(folder, manifestOf(folder)));
    if (unfit.every(each => runs(each, architecture))) {
      whole.set(found.folder, found);
    } else if (isOptional(found)) {
      leftOut.add(found.folder);
    } else {
      const culprit = unfit.find(each => !runs(each, architecture)) ?? found;
      throw refusal(found, culprit, architecture);
    }
  }
  return { whole, leftOut };
}

/** Returns a package and all its installed dependencies. */
export function closure(of: InstalledPackage): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = ({ folder }: InstalledPackage): void => {
    for (const name of dependenciesOf(folder)) {
      const dependency = findPackage(name, folder);
      if (dependency === undefined || found.has(dependency.folder)) continue;
      found.set(dependency.folder, dependency);
      visit(dependency);
    }
  };
  visit(of);
  return [...found.values()];
}

export function dependenciesOf(folder: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

function importedPackages(reached: ReadonlyMap<string, Reached>): Map<string, Imported> {
  const packages = new Map<string, Imported>();
  for (const [file, { importer = file }] of reached) {
    const found = packageOf(file);
    if (found === undefined) continue;
    const known = packages.get(found.folder);
    packages.set(found.folder, {
      ...found,
      importer: known?.importer ?? importer,
      needsFiles:
        known?.needsFiles === true || (/\.[cm]?js$/.test(file) && looksForFiles(readFileSync(file, 'utf8'))),
    });
  }
  return packages;
}

/** Returns whether the package, or a package that has its addons, has an addon for the platform. */
const runs = (of: InstalledPackage, architecture: FunctionArchitecture): boolean =>
  [of, ...closure(of)].some(({ folder }) => addonFiles(folder).some(file => runsOn(file, architecture)));

/** Returns whether the package that imports it declares it as optional. */
function isOptional({ name, importer }: Imported): boolean {
  const by = packageOf(importer);
  return by !== undefined && name in (manifestOf(by.folder).optionalDependencies ?? {});
}

function refusal(
  { name, importer }: Imported,
  culprit: InstalledPackage,
  architecture: FunctionArchitecture,
): BundlingError {
  const its = culprit.name === name ? name : `${name} and with it ${culprit.name}`;
  return new BundlingError(
    ERROR_CODES.bundlingNativeAddon,
    `${importer} imports ${its}, which has a native addon that is not installed for the functions: they run on Linux, ${architecture}. Have it installed for them by \`bundling: { nodeModules: [${JSON.stringify(name)}] }\`, or leave it to a layer by \`bundling: { externalModules: [${JSON.stringify(name)}] }\`.`,
    { package: name, importer, folder: dirname(importer), architecture },
  );
}
