import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild, ResolveResult } from 'esbuild';
import { EXTENSION, isOurs } from '../bundling/package-root.ts';

/** Packages of the SDK that are replaced in our own SDK, by their names, and what by. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'environment-credentials',
  '@aws-sdk/middleware-endpoint-discovery': 'no-endpoint-discovery',
};

/** On modules of the SDK that lib, the functions and the substitutes import, and on whatever those import. */
const OURS = 'cistern';
const SUFFIX = '?cistern';
const RESOLVING = 'cistern-resolving';

/**
 * Keeps out of a function's bundle what the library's own AWS clients carry and never run; each substitute says what it
 * does instead. What the SDK does on the wire (requests, signatures, retries, errors) is the SDK's own.
 *
 * The definitions, and what they import, get the SDK as it is: the library's is a copy of its own in the bundle, told
 * apart by a suffix.
 */
export function leanBundle(): Plugin {
  return {
    name: 'lean-bundle',
    setup(build) {
      build.onResolve({ filter: /^(@aws-sdk|@aws-crypto|@smithy)\/|^\.{1,2}\// }, args =>
        resolveOurs(build, args),
      );
      build.onLoad({ filter: /\.(js|json)$/ }, async ({ path, suffix }) => {
        if (suffix !== SUFFIX) return undefined;
        const contents = await readFile(path, 'utf8');
        return { contents, loader: path.endsWith('.json') ? 'json' : 'js', pluginData: OURS };
      });
    },
  };
}

/** Where modules of the SDK are: the same for each function that is bundled. */
const found = new Map<string, Promise<ResolveResult>>();

async function resolveOurs(
  build: PluginBuild,
  { path, importer, resolveDir, kind, pluginData }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (pluginData === RESOLVING) return undefined;
  const isRelative = path.startsWith('.');
  if (pluginData !== OURS && (isRelative || !isOurs(importer))) return undefined;
  const substitute = SUBSTITUTES[path];
  if (substitute !== undefined) return { path: join(import.meta.dirname, substitute + EXTENSION) };
  const key = [resolveDir, path, kind].join('\0');
  const resolving =
    found.get(key) ?? build.resolve(path, { importer, resolveDir, kind, pluginData: RESOLVING });
  found.set(key, resolving);
  const module = await resolving;
  if (module.errors.length > 0 || module.external || module.namespace !== 'file') return undefined;
  return { path: module.path, suffix: SUFFIX, sideEffects: module.sideEffects, pluginData: OURS };
}
