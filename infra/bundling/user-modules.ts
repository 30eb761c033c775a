import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { isOfSdk } from '../lean-bundle/plugin.ts';
import { packageNameOf, packageOf } from './package-of.ts';
import { CODE_ROOT, EXTENSION, isOurs } from './package-root.ts';
import type { PackagePlan } from './whole-packages.ts';

/** An import in a package that is not installed and may not be needed, as knex's imports of unused databases. */
export interface MissingImport {
  readonly module: string;
  readonly importer: string;
}

export interface UserModulesOptions extends Partial<PackagePlan> {
  /** The packages that are not bundled because of the user's options. */
  readonly external: ReadonlySet<string>;
  /**
   * Whether the definitions, or what they import, import the AWS SDK. If not, the SDK's modules are all the library's.
   * Default `true`.
   */
  readonly hasSdk?: boolean;
  /** Whether the library itself is left out: only the definitions and their imports are looked at. Default `false`. */
  readonly withoutLibrary?: boolean;
  /** Names of imports that need no look, since they are bundled as any. Default: none. */
  readonly bundled?: ReadonlySet<string>;
  readonly onMissing?: (missing: MissingImport) => void;
  /** Called with each import that is there, and its package's folder. Undefined: it is in no package. */
  readonly onFound?: (module: string, folder: string | undefined) => void;
  /** Called with each file of machine code that is imported by its path. */
  readonly onAddon?: (file: string) => void;
}

const RESOLVING = Symbol('resolving');

/** Makes a plugin that decides for each import of the definitions whether it is bundled, left beside the bundle, or missing. */
export function userModules({
  external,
  hasSdk = true,
  withoutLibrary = false,
  whole,
  leftOut,
  bundled,
  onMissing,
  onFound,
  onAddon,
}: UserModulesOptions): Plugin {
  return {
    name: 'user-modules',
    setup(build) {
      build.onResolve(
        { filter: /^[^./#]/ },
        async ({ path, importer, resolveDir, kind, pluginData, with: attributes }) => {
          if (pluginData === RESOLVING || importer === '' || isBuiltin(path) || isOurs(importer))
            return undefined;
          if (!hasSdk && isOfSdk(importer)) return undefined;
          // a function has one copy of the library: that of the functions
          if (path === 'cistern') {
            if (withoutLibrary) return { path, external: true };
            return { path: join(CODE_ROOT, `lib/index${EXTENSION}`) };
          }
          if (external.has(packageNameOf(path)) || external.has(path)) return { path, external: true };
          if (bundled?.has(path)) return undefined;
          const found = await build.resolve(path, {
            importer,
            resolveDir,
            kind,
            with: attributes,
            pluginData: RESOLVING,
          });
          if (found.errors.length > 0) {
            // a missing import statement fails when the function is loaded, but a call may never happen
            if (kind === 'import-statement' || packageOf(importer) === undefined) return undefined;
            onMissing?.({ module: path, importer });
            return { path, external: true };
          }
          const folder = packageOf(found.path)?.folder;
          onFound?.(path, folder);
          if (folder !== undefined && (whole?.has(folder) || leftOut?.has(folder)))
            return { path, external: true };
          const { namespace, suffix, sideEffects } = found;
          return { path: found.path, external: found.external, namespace, suffix, sideEffects };
        },
      );
      build.onLoad({ filter: /\.node$/ }, ({ path }) => {
        onAddon?.(path);
        return onAddon && { contents: '' };
      });
    },
  };
}
