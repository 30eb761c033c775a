import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';

export interface CommonJsOptions {
  /** The folder of the compiled ES modules. */
  readonly dist: string;
  /** The folder of the CommonJS files. */
  readonly out: string;
  /** Whether a package is an ES module for `require` too. */
  readonly isEsModule: (name: string) => boolean;
}

/** The properties of `import.meta`, as esbuild has to replace them. */
export const IMPORT_META: Readonly<Record<string, string>> = Object.fromEntries(
  ['url', 'filename', 'dirname', 'resolve'].map(name => [`import.meta.${name}`, `cisternMeta.${name}`]),
);

/**
 * Leaves each import of a module of ours an import of its CommonJS file, so that each is there once. A package that has
 * no CommonJS version becomes part of the files that import it.
 */
export function commonJs({ dist, out, isEsModule }: CommonJsOptions): Plugin {
  const outOf = (file: string) => join(out, relative(dist, file));
  return {
    name: 'commonjs',
    setup(build) {
      build.onResolve({ filter: /^[.#]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === 'ours' || !importer.startsWith(dist + sep)) return undefined;
        const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: 'ours' });
        if (found.errors.length > 0) return found;
        return { path: requirePath(dirname(outOf(importer)), outOf(found.path)), external: true };
      });
      build.onResolve({ filter: /^[^.#/]/ }, ({ path, importer }) => {
        if (!importer.startsWith(dist + sep)) return undefined;
        return isEsModule(path) ? undefined : { path, external: true };
      });
      build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        if (!path.startsWith(dist + sep)) return undefined;
        const contents = await readFile(path, 'utf8');
        return contents.includes('import.meta.')
          ? { contents: `${importMeta(requirePath(dirname(outOf(path)), path))} ${contents}` }
          : undefined;
      });
    },
  };
}

/**
 * What `import.meta` stands for in a CommonJS file: the ES module's. What a module finds by its path (a worker, the
 * dashboard's page, the functions' sources) is in the package once, beside the ES modules.
 */
function importMeta(file: string): string {
  return [
    `import { join as cisternJoin } from 'node:path'; import { pathToFileURL as cisternUrl } from 'node:url';`,
    `const cisternFile = cisternJoin(__dirname, ${JSON.stringify(file)});`,
    'const cisternMeta = { url: cisternUrl(cisternFile).href, filename: cisternFile,',
    "dirname: cisternJoin(cisternFile, '..'), resolve: name => cisternUrl(require.resolve(name)).href };",
  ].join(' ');
}

/** How a file in a folder requires another. */
function requirePath(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
