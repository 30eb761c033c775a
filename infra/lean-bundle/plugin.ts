import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild, ResolveResult } from 'esbuild';
import { EXTENSION, isOurs } from '../bundling/package-root.ts';

/** Packages of the SDK that are replaced in the library's copy of it, with their replacements. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'environment-credentials',
  '@aws-sdk/middleware-endpoint-discovery': 'no-endpoint-discovery',
};

/** Marks the SDK's modules that lib, the functions and the substitutes import, and the imports of these modules. */
const OURS = 'cistern';
const SUFFIX = '?cistern';
const RESOLVING = 'cistern-resolving';

/**
 * Keeps code out of a function's bundle that the library's own AWS clients contain and never run. Each substitute says
 * what it does instead. Requests, signatures, retries and errors stay the SDK's own.
 *
 * The definitions and their imports get the unchanged SDK. The library's SDK is a copy of its own in the bundle, marked by
 * a suffix.
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
        if (basename(path) === 'package.json') return { contents: nameAndVersion(contents), loader: 'json' };
        return { contents, loader: path.endsWith('.json') ? 'json' : 'js', pluginData: OURS };
      });
    },
  };
}

/** What the SDK reads of a client's manifest, for the user agent of requests. */
function nameAndVersion(manifest: string): string {
  const { name, version } = JSON.parse(manifest);
  return JSON.stringify({ name, version });
}

/** The resolved paths of the SDK's modules, which are the same for each function. */
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
