import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, bundle, type Entry, FUNCTIONS_NODE } from './bundle.ts';
import { loadedFiles } from './bundle-size.ts';
import type { BundleFunctionsOptions, BundleTask } from './bundle-task.ts';
import { copyPackages } from './copy-packages.ts';
import { definitionPackages, standAlone } from './definition-packages.ts';
import { heavyImports } from './heavy-imports.ts';
import { installPackages } from './install-packages.ts';
import { packageNameOf } from './package-of.ts';
import { runHook } from './run-hook.ts';
import { tryLoading } from './try-loading.ts';
import { analyse, type UserPackages } from './user-packages.ts';

/** The functions that call handlers, and so load the modules that definitions import late. Other functions do not. */
const RUN_HANDLERS: ReadonlySet<Entry> = new Set(['consumer', 'dead-letter']);

/**
 * Bundles functions, each into a folder of its own, with the packages that cannot be bundled beside it.
 *
 * @returns warnings for the user
 * @throws BundlingError `bundling.*`
 */
export async function bundleFunctions(options: BundleFunctionsOptions): Promise<string[]> {
  const { tasks } = options;
  for (const { into, hooks } of tasks) {
    await mkdir(into, { recursive: true });
    runHook(hooks?.beforeBundling, options.project);
  }
  const packages = await analyse(options);
  const bundles = await Promise.all(tasks.map(async task => writeBundle(task, packages, options)));
  for (const [i, task] of tasks.entries()) {
    const made = bundles[i];
    if (made) await addPackages(task, { made, packages, options });
    runHook(task.hooks?.afterBundling, options.project);
  }
  const imports = await seeWhatAllLoad(tasks, bundles, packages, options);
  return [...packages.warnings, ...imports];
}

/**
 * Checks the code that every function loads because of the definitions. It looks at one function that calls no handler,
 * since all of these are bundled alike.
 *
 * @returns warnings for the user
 * @throws BundlingError `bundling.does_not_load`
 */
async function seeWhatAllLoad(
  tasks: readonly BundleTask[],
  bundles: readonly Bundle[],
  { plans, external }: UserPackages,
  { batches, project }: BundleFunctionsOptions,
): Promise<string[]> {
  const at = tasks.findIndex(({ entry }) => !RUN_HANDLERS.has(entry));
  const [task, made] = [tasks[at], bundles[at]];
  if (task === undefined || made === undefined || standAlone(made.metafile, batches)) return [];
  const whole = new Set([...plans[task.architecture].whole.values()].map(({ name }) => name));
  const isBeside = (name: string): boolean => whole.has(name) || external.has(name);
  const packages = definitionPackages(made.metafile, batches, isBeside);
  await tryLoading({ folder: task.into, packages, project });
  return heavyImports(packages);
}

async function writeBundle(
  task: BundleTask,
  { plans, external, loader, hasSdk, bundled }: UserPackages,
  { batches }: BundleFunctionsOptions,
): Promise<Bundle> {
  const { entry, into, bundling, node = FUNCTIONS_NODE } = task;
  const made = await bundle(entry, {
    batches,
    bundling: { target: `node${node}`, ...bundling, loader: { ...loader, ...bundling.loader } },
    modules: { ...plans[task.architecture], external, hasSdk, bundled },
  });
  await Promise.all(made.files.map(({ name, contents }) => writeFile(join(into, name), contents)));
  return made;
}

interface Making {
  readonly made: Bundle;
  readonly packages: UserPackages;
  readonly options: BundleFunctionsOptions;
}

/** Puts the packages that a bundle imports and does not contain into its folder. */
async function addPackages(
  task: BundleTask,
  { made: { metafile }, packages: { plans }, options: { batches, project } }: Making,
): Promise<void> {
  const { entry, into, bundling, hooks, architecture, node = FUNCTIONS_NODE } = task;
  const loaded = loadedFiles(metafile);
  const files = Object.entries(metafile.outputs).filter(
    ([file]) => RUN_HANDLERS.has(entry) || loaded.has(file),
  );
  const imported = new Set(
    files.flatMap(([, { imports }]) =>
      imports.filter(({ external }) => external).map(({ path }) => packageNameOf(path)),
    ),
  );
  const wanted = (bundling.nodeModules ?? []).filter(name => RUN_HANDLERS.has(entry) || imported.has(name));
  if (wanted.length > 0) {
    runHook(hooks?.beforeInstall, project);
    // in a monorepo the definitions may have packages that the app's folder does not have
    const projects = [...new Set([dirname(batches), project])];
    installPackages({ packages: wanted, projects, architecture, node: String(node) }, into);
  }
  await copyPackages(
    [...plans[task.architecture].whole.values()].filter(
      ({ name }) => imported.has(name) && !wanted.includes(name),
    ),
    into,
    architecture,
  );
}
