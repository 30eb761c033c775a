import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { isOurs } from './package-root.ts';

/** How a file is reached from the definitions. */
export interface Reached {
  /** The file that imports it; undefined for the definitions' module itself. */
  readonly importer: string | undefined;
}

/**
 * The files that a bundle holds because of the module of definitions, absolute, each with who imports it. This
 * package and what it imports are not among them.
 *
 * @param metafile of a bundle
 * @param batches the module of definitions, absolute
 * @param folder what the metafile's paths are relative to
 * @param kinds `static`: those alone that are loaded with the definitions
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
