import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { isOurs } from './package-root.ts';

/** How the definitions come to import a file. */
export interface Reached {
  /** The file that imports it. Undefined for the definitions' module itself. */
  readonly importer: string | undefined;
}

/**
 * Returns the absolute paths of a bundle's files that are there because of the definitions, each with its importer. It
 * leaves out this package and its imports.
 *
 * @param metafile the metafile of a bundle
 * @param batches the absolute path of the definitions' module
 * @param folder the folder that the metafile's paths are relative to
 * @param kinds `static`: only files that are loaded with the definitions
 */
export function definitionImports(
  metafile: Metafile,
  { batches, folder, kinds }: { batches: string; folder: string; kinds: 'all' | 'static' },
): Map<string, Reached> {
  const inputs = new Map(
    Object.entries(metafile.inputs).map(([file, input]) => [resolve(folder, file), input]),
  );
  const reached = new Map<string, Reached>([[batches, { importer: undefined }]]);
  for (const [file] of reached) {
    for (const { path, kind, external } of inputs.get(file)?.imports ?? []) {
      const target = resolve(folder, path);
      if (external === true || isOurs(target) || (kinds === 'static' && kind === 'dynamic-import')) continue;
      if (!reached.has(target)) reached.set(target, { importer: file });
    }
  }
  return reached;
}
