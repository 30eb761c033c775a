import type { Metafile } from 'esbuild';

/** The sizes of a bundle's JavaScript in bytes, minified, without source maps. */
export interface BundleSize {
  /** The files that a cold start loads: the entry's file and its static imports. */
  readonly loaded: number;
  /** All files, with those that are imported late. */
  readonly total: number;
}

/**
 * Returns the files of a bundle that are loaded with its entry, by their names in esbuild's metafile.
 *
 * @param isLoaded says of other files that they are loaded too. Default: none is
 */
export function loadedFiles(
  { outputs }: Metafile,
  isLoaded: (file: string) => boolean = () => false,
): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) visit(path);
    }
  };
  for (const file of Object.keys(outputs)) if (isMain(file) || isLoaded(file)) visit(file);
  return loaded;
}

export function bundleSize(metafile: Metafile): BundleSize {
  const scripts = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith('.map'));
  const loaded = loadedFiles(metafile);
  const sum = (files: typeof scripts) => files.reduce((bytes, [, output]) => bytes + output.bytes, 0);
  return { loaded: sum(scripts.filter(([file]) => loaded.has(file))), total: sum(scripts) };
}

const isMain = (file: string): boolean => file.endsWith('/index.mjs');
