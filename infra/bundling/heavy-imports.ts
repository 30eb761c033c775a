import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { loadedFiles } from '../bundle-size.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { definitionImports } from './definition-imports.ts';
import { packageNameOf, packageOf } from './package-of.ts';

/** More than this of a package in what every function loads is worth a word. */
const HEAVY_BYTES = 100_000;

/**
 * Says which packages every function loads because the definitions import them, where they are large or kept whole. As a
 * rule a handler alone needs them.
 *
 * @param metafile of a function that calls no handler
 */
export function heavyImports(metafile: Metafile, batches: string): string[] {
  const loaded = loadedFiles(metafile);
  const outputs = Object.entries(metafile.outputs).filter(([file]) => loaded.has(file));
  const sizes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of outputs.flatMap(([, { inputs }]) => Object.entries(inputs))) {
    const file = resolve(PACKAGE_ROOT, input);
    sizes.set(file, (sizes.get(file) ?? 0) + bytesInOutput);
  }
  const packages = new Map<string, { bytes: number; importer: string }>();
  for (const [file, { importer = batches }] of definitionImports(metafile, {
    batches,
    folder: PACKAGE_ROOT,
    kinds: 'static',
  })) {
    const name = packageOf(file)?.name;
    if (name === undefined) continue;
    const known = packages.get(name) ?? { bytes: 0, importer };
    packages.set(name, { ...known, bytes: known.bytes + (sizes.get(file) ?? 0) });
  }
  const heavy = [...packages].filter(([, { bytes }]) => bytes > HEAVY_BYTES);
  const whole = outputs
    .flatMap(([, { imports }]) => imports)
    .filter(({ external, path }) => external && !path.startsWith('node:') && !path.startsWith('.'));
  return [
    ...heavy.map(
      ([name, { bytes, importer }]) =>
        `${importer} imports ${name}, so that every function loads it: ${Math.round(bytes / 1_000)} KB. ${ADVICE}`,
    ),
    ...[...new Set(whole.map(({ path }) => packageNameOf(path)))].map(
      name => `The definitions import ${name}, so that every function loads it. ${ADVICE}`,
    ),
  ];
}

const ADVICE =
  "If only a handler needs it, import it in a module of the handler's own: handler: () => import('./handler.js').";
