import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild, ResolveResult } from 'esbuild';
import { packageOf } from '../bundling/package-of.ts';
import { EXTENSION, isOurs } from '../bundling/package-root.ts';
import { findRelative } from './find-relative.ts';

/** Packages of the SDK that are replaced in the library's copy of it, with their replacements. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'environment-credentials',
  '@aws-sdk/middleware-endpoint-discovery': 'no-endpoint-discovery',
};

const SUBSTITUTED = new RegExp(`^(${Object.keys(SUBSTITUTES).join('|')})$`);
const MANIFEST_OF_CLIENT = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/;
const OF_SDK = /[\\/]node_modules[\\/]@(aws-sdk|aws-crypto|smithy)[\\/]/;

/** Returns whether a file is a module of the AWS SDK. */
export const isOfSdk = (file: string): boolean => OF_SDK.test(file);

/** Marks the SDK's modules that lib, the functions and the substitutes import, and the imports of these modules. */
const OURS = 'cistern';
const SUFFIX = '?cistern';
const RESOLVING = 'cistern-resolving';

/**
 * Keeps code out of a function's bundle that the library's own AWS clients contain and never run. Each substitute says
 * what it does instead. Requests, signatures, retries and errors stay the SDK's own.
 *
 * @param hasUsersSdk whether the definitions, or what they import, import the SDK too. They then get the unchanged SDK,
 *   and the library's SDK is a copy of its own in the bundle, marked by a suffix. Asking about each import of the SDK
 *   doubles the time that a bundle takes
 */
export function leanBundle(hasUsersSdk: boolean): Plugin {
  return {
    name: 'lean-bundle',
    setup(build) {
      if (!hasUsersSdk) {
        build.onResolve({ filter: SUBSTITUTED }, ({ path }) => substituteOf(path));
        build.onLoad({ filter: MANIFEST_OF_CLIENT }, async ({ path }) => ({
          contents: nameAndVersion(await readFile(path, 'utf8')),
          loader: 'json',
        }));
        return;
      }
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

function substituteOf(name: string): OnResolveResult | undefined {
  const file = SUBSTITUTES[name];
  return file === undefined ? undefined : { path: join(import.meta.dirname, file + EXTENSION) };
}

/** What the SDK reads of a client's manifest, for the user agent of requests. */
function nameAndVersion(manifest: string): string {
  const { name, version } = JSON.parse(manifest);
  return JSON.stringify({ name, version });
}

/** A resolved module, of which a copy is made. */
type Found = Pick<ResolveResult, 'path' | 'sideEffects'>;

/** The modules that the SDK's modules import, which are the same for each function. */
const found = new Map<string, Promise<Found | undefined>>();

async function resolveOurs(
  build: PluginBuild,
  { path, importer, resolveDir, kind, pluginData }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (pluginData === RESOLVING) return undefined;
  const isRelative = path.startsWith('.');
  if (pluginData !== OURS && (isRelative || !isOurs(importer))) return undefined;
  const substitute = substituteOf(path);
  if (substitute !== undefined) return substitute;
  // all modules of a package find another package at the same place
  const from = isRelative ? resolveDir : (packageOf(importer)?.folder ?? resolveDir);
  const key = [from, path, kind].join('\0');
  const resolving = found.get(key) ?? resolve(build, { path, importer, resolveDir, kind });
  found.set(key, resolving);
  const module = await resolving;
  return module && { ...module, suffix: SUFFIX, pluginData: OURS };
}

async function resolve(
  build: PluginBuild,
  { path, ...from }: Pick<OnResolveArgs, 'path' | 'importer' | 'resolveDir' | 'kind'>,
): Promise<Found | undefined> {
  const relative = findRelative(path, from.resolveDir, build.initialOptions);
  if (relative !== undefined) return relative;
  const module = await build.resolve(path, { ...from, pluginData: RESOLVING });
  if (module.errors.length > 0 || module.external || module.namespace !== 'file') return undefined;
  return { path: module.path, sideEffects: module.sideEffects };
}
