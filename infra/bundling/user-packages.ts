import { isOfSdk } from '../lean-bundle/plugin.ts';
import { bundleDefinitions } from './bundle.ts';
import type { BundleFunctionsOptions } from './bundle-task.ts';
import type { BundlingSpec } from './bundling-options.ts';
import { definitionImports } from './definition-imports.ts';
import type { FunctionArchitecture } from './native-addons.ts';
import { type InstalledPackage, manifestOf, packageNameOf, packageOf } from './package-of.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import type { MissingImport } from './user-modules.ts';
import { type PackagePlan, planPackages } from './whole-packages.ts';

/** The facts about the imports of the user's modules that all bundles share. */
export interface UserPackages {
  /** What becomes of each package, by the processors that functions run on. */
  readonly plans: Readonly<Record<FunctionArchitecture, PackagePlan>>;
  /** Packages that a user's option for any function excludes. They are in no bundle, since each bundle has all handlers. */
  readonly external: ReadonlySet<string>;
  readonly loader: NonNullable<BundlingSpec['loader']>;
  /** Whether they import the AWS SDK, or a package of theirs does. */
  readonly hasSdk: boolean;
  /** Names of imports whose packages are all installed and bundled. */
  readonly bundled: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * Finds the packages that the definitions and their handlers import, and those among them that cannot be bundled.
 *
 * @throws BundlingError `bundling.native_addon`
 */
export async function analyse({ batches, tasks }: BundleFunctionsOptions): Promise<UserPackages> {
  const specs = tasks.map(({ bundling }) => bundling);
  const external = new Set(
    specs.flatMap(({ externalModules = [], nodeModules = [] }) => [...externalModules, ...nodeModules]),
  );
  const loader = Object.assign({}, ...specs.map(spec => spec.loader));
  const missing: MissingImport[] = [];
  const folders = new Map<string, Set<string | undefined>>();
  const addons = new Set<string>();
  const own = tasks.find(({ entry }) => entry === 'consumer')?.bundling;
  const metafile = await bundleDefinitions({
    batches,
    bundling: { ...own, minify: false, sourceMap: false, loader },
    modules: {
      external,
      onMissing: each => missing.push(each),
      onFound: (module, folder) => folders.set(module, (folders.get(module) ?? new Set()).add(folder)),
      ...(!('.node' in loader) && { onAddon: file => addons.add(packageOf(file)?.folder ?? file) }),
    },
  });
  const reached = definitionImports(metafile, { batches, folder: PACKAGE_ROOT, kinds: 'all' });
  // of the processors that a task is for, so that no other one's addons are asked for
  const plans = Object.fromEntries(
    tasks.map(({ architecture }) => [architecture, planPackages(reached, { architecture, addons })]),
  ) as UserPackages['plans'];
  return {
    plans,
    external,
    loader,
    hasSdk: [...reached.keys()].some(isOfSdk),
    bundled: bundledImports(folders, missing, Object.values(plans)),
    warnings: explainMissing(missing, Object.values(plans)),
  };
}

/**
 * Returns the names of imports that are bundled wherever they stand. The bundler asks a plugin about each import, and most
 * of them are of this kind.
 *
 * @param folders the folders of the packages that each name was found in
 */
function bundledImports(
  folders: ReadonlyMap<string, ReadonlySet<string | undefined>>,
  missing: readonly MissingImport[],
  plans: readonly PackagePlan[],
): Set<string> {
  const lacking = new Set(missing.map(({ module }) => module));
  const isKeptOut = (folder: string | undefined): boolean =>
    folder !== undefined && plans.some(({ whole, leftOut }) => whole.has(folder) || leftOut.has(folder));
  const names = [...folders].filter(([module, found]) => !lacking.has(module) && ![...found].some(isKeptOut));
  return new Set(names.map(([module]) => module));
}

/** Returns whether a package's manifest declares another package as optional. */
function mayBeMissing(module: string, { folder }: InstalledPackage): boolean {
  const name = packageNameOf(module);
  const { optionalDependencies = {}, peerDependenciesMeta = {} } = manifestOf(folder);
  return name in optionalDependencies || peerDependenciesMeta[name]?.optional === true;
}

/** Makes a sentence for each package that requires a package that is not installed. */
function explainMissing(missing: readonly MissingImport[], plans: readonly PackagePlan[]): string[] {
  const modules = new Map<string, Set<string>>();
  for (const { module, importer } of missing) {
    const by = packageOf(importer);
    if (by === undefined || mayBeMissing(module, by)) continue;
    if (plans.some(({ whole }) => whole.has(by.folder))) continue;
    modules.set(by.name, (modules.get(by.name) ?? new Set()).add(module));
  }
  return [...modules].map(
    ([name, found]) =>
      `${name} requires ${[...found].sort().join(', ')}, not installed here. The functions do without; if they need it, install it. To have this said no more, name it in bundling.externalModules.`,
  );
}
