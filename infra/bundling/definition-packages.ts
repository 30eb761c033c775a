import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { loadedFiles } from './bundle-size.ts';
import { definitionImports } from './definition-imports.ts';
import { looksForFiles } from './looks-for-files.ts';
import { packageNameOf, packageOf } from './package-of.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** A package that all functions load, since the definitions import it. */
export interface DefinitionPackage {
  readonly name: string;
  /** The first file outside the package that imports it. */
  readonly importer: string;
  /** How many of the loaded bytes are its; 0 if it is beside the bundle. */
  readonly bytes: number;
  /** Whether it is beside the bundle, or in a layer. */
  readonly isBeside: boolean;
}

/**
 * Finds the packages that all functions load because the definitions import them.
 *
 * @param metafile the metafile of a function that calls no handler
 * @param isBeside returns whether a package is beside the bundle. A package that is neither there nor bundled is not
 *   installed
 */
export function definitionPackages(
  metafile: Metafile,
  batches: string,
  isBeside: (name: string) => boolean,
): DefinitionPackage[] {
  const sizes = loadedSizes(metafile);
  const inputs = inputsOf(metafile);
  const packages = new Map<string, DefinitionPackage>();
  const reached = definitionImports(metafile, { batches, folder: PACKAGE_ROOT, kinds: 'static' });
  for (const [file, { importer = batches }] of reached) {
    const name = packageOf(file)?.name;
    if (name !== undefined) {
      const known = packages.get(name) ?? { name, importer, bytes: 0, isBeside: false };
      packages.set(name, { ...known, bytes: known.bytes + (sizes.get(file) ?? 0) });
    }
    for (const { path, kind, external } of inputs.get(file)?.imports ?? []) {
      const beside = packageNameOf(path);
      if (external !== true || kind === 'dynamic-import' || !isBeside(beside) || packages.has(beside))
        continue;
      packages.set(beside, { name: beside, importer: file, bytes: 0, isBeside: true });
    }
  }
  return [...packages.values()];
}

/**
 * Returns whether the definitions, with the user's modules that they load, import no package and look for no files. If
 * they can be loaded here, they can then be loaded in a function too.
 */
export function standAlone(metafile: Metafile, batches: string): boolean {
  const inputs = inputsOf(metafile);
  const reached = definitionImports(metafile, { batches, folder: PACKAGE_ROOT, kinds: 'static' });
  return [...reached.keys()].every(
    file =>
      packageOf(file) === undefined &&
      !(inputs.get(file)?.imports ?? []).some(
        ({ external, kind }) => external && kind !== 'dynamic-import',
      ) &&
      !looksForFiles(readFileSync(file, 'utf8')),
  );
}

const inputsOf = ({ inputs }: Metafile): Map<string, Metafile['inputs'][string]> =>
  new Map(Object.entries(inputs).map(([file, each]) => [resolve(PACKAGE_ROOT, file), each]));

/** Returns how many bytes each file has in the code that is loaded with the function. */
function loadedSizes(metafile: Metafile): Map<string, number> {
  const loaded = loadedFiles(metafile);
  const sizes = new Map<string, number>();
  for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
    if (!loaded.has(file)) continue;
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const path = resolve(PACKAGE_ROOT, input);
      sizes.set(path, (sizes.get(path) ?? 0) + bytesInOutput);
    }
  }
  return sizes;
}
