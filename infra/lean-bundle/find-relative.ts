import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { manifestOf, packageOf } from '../bundling/package-of.ts';

/** A module's file, and whether the bundler has to keep it where nothing of it is used. */
export interface RelativeModule {
  readonly path: string;
  readonly sideEffects: boolean;
}

/** Begins with a dot, and does not end as a folder does: `./`, `..`. */
const NAMES_FILE = /^\.{1,2}\/(?:.*\/)?(?!\.{1,2}$)[^/]+$/;

const files = new Map<string, ReadonlySet<string>>();
const sideEffects = new Map<string, unknown>();

/**
 * Finds the module of a relative import in a package, as esbuild does. When a plugin asks esbuild, esbuild reads the
 * folders above anew, which takes longer than it takes to bundle the module.
 *
 * @returns undefined where only esbuild knows: in no package, for a folder, or by an option or a manifest that decides it
 */
export function findRelative(
  path: string,
  from: string,
  { mainFields = [], resolveExtensions, preserveSymlinks }: BuildOptions,
): RelativeModule | undefined {
  // by `browser` a manifest replaces files
  if (!NAMES_FILE.test(path) || mainFields.includes('browser')) return undefined;
  if (resolveExtensions !== undefined || preserveSymlinks === true) return undefined;
  const given = join(from, path);
  const folder = packageOf(given)?.folder;
  if (folder === undefined) return undefined;
  if (hasOwnManifest(dirname(given), folder)) return undefined;
  const declared = sideEffectsOf(folder);
  // a list names files
  if (declared !== undefined && typeof declared !== 'boolean') return undefined;
  const names = filesIn(dirname(given));
  const name = [basename(given), `${basename(given)}.js`].find(each => names.has(each));
  return name === undefined ? undefined : { path: join(dirname(given), name), sideEffects: declared ?? true };
}

/** Tells whether a folder of a package, or one above it, has a manifest besides the package's. */
function hasOwnManifest(folder: string, packageFolder: string): boolean {
  if (folder === packageFolder) return false;
  return filesIn(folder).has('package.json') || hasOwnManifest(dirname(folder), packageFolder);
}

function sideEffectsOf(folder: string): unknown {
  if (!sideEffects.has(folder)) sideEffects.set(folder, manifestOf(folder).sideEffects);
  return sideEffects.get(folder);
}

/** Returns the names of a folder's files; none where there is no folder. Links are not among them: esbuild follows them. */
function filesIn(folder: string): ReadonlySet<string> {
  const known = files.get(folder);
  if (known !== undefined) return known;
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = new Set(entries.filter(entry => entry.isFile()).map(({ name }) => name));
  files.set(folder, names);
  return names;
}
