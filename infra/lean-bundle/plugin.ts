import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { CODE_ROOT, EXTENSION } from '../package-root.ts';

interface Substitute {
  /** What is imported. */
  readonly module: RegExp;
  /** By whom: a handler that imports the same module gets the real one, but for the credentials. */
  readonly by: (importer: string) => boolean;
  readonly file: string;
}

/**
 * Keeps out of a function's bundle what it carries and never runs; each substitute says what it does instead. What
 * the SDK does on the wire (requests, signatures, retries, errors) is the SDK's own.
 */
export function leanBundle(): Plugin {
  const within = (folder: string) => (importer: string) => importer.startsWith(join(CODE_ROOT, folder) + sep);
  const substitutes: readonly Substitute[] = [
    { module: /^@aws-sdk\/credential-provider-node$/, by: () => true, file: 'environment-credentials' },
    {
      module: /^@aws-sdk\/middleware-endpoint-discovery$/,
      by: importer => importer.includes('client-dynamodb'),
      file: 'no-endpoint-discovery',
    },
    {
      module: /^\.\/(Sha256|Md5)Js$/,
      by: importer => /(Sha256|Md5)Node\.js$/.test(importer),
      file: 'native-hashes',
    },
    {
      module: /\/getInstanceMetadataRegion$/,
      by: importer => importer.includes('@smithy'),
      file: 'no-instance-metadata',
    },
    { module: /^@aws-sdk\/client-sqs$/, by: within('lib'), file: 'lazy-sqs' },
  ];
  return {
    name: 'lean-bundle',
    setup(build) {
      for (const { module, by, file } of substitutes) {
        const path = join(import.meta.dirname, file + EXTENSION);
        build.onResolve({ filter: module }, ({ importer }) => (by(importer) ? { path } : undefined));
      }
      // tells browsers apart, and is imported by what runs in browsers only
      build.onResolve({ filter: /^bowser$/ }, ({ path, importer }) =>
        importer.includes('@aws-sdk') ? { path, external: true } : undefined,
      );
      // each client imports its whole manifest for its version
      build.onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
        const { version }: { version: string } = JSON.parse(await readFile(path, 'utf8'));
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}
