import type { Metafile } from 'esbuild';

/** Bytes of a bundle's JavaScript, minified, without source maps. */
export interface BundleSize {
  /** What a cold start loads: the entry's file and all that it imports statically. */
  readonly loaded: number;
  /** All files, also those that are imported when they are needed. */
  readonly total: number;
}

/** The files of a bundle that loading its entry loads, as esbuild's metafile names them. */
export function loadedFiles({ outputs }: Metafile): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) visit(path);
    }
  };
  for (const file of Object.keys(outputs)) if (isMain(file)) visit(file);
  return loaded;
}

export function bundleSize(metafile: Metafile): BundleSize {
  const scripts = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith('.map'));
  const loaded = loadedFiles(metafile);
  const sum = (files: typeof scripts) => files.reduce((bytes, [, output]) => bytes + output.bytes, 0);
  return { loaded: sum(scripts.filter(([file]) => loaded.has(file))), total: sum(scripts) };
}

const isMain = (file: string): boolean => file.endsWith('/index.mjs');
