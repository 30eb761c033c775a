import {
  explainMissing,
  installCommandOf,
  type Part,
  PRODUCER_PARTS,
  partMissing,
} from './producer-parts.ts';

const HTTP = { hono: '4', '@valibot/to-json-schema': '1' };
const TYPESCRIPT = { tsx: '4' };

/**
 * Parts of this package that need other packages, which are not installed with it. Adding items needs none of them
 * (docs/decisions/0049).
 */
export const PARTS = {
  local: {
    what: 'The local stack (`cistern start`, cistern/local)',
    packages: { ...HTTP, ...TYPESCRIPT, '@hono/node-server': '2' },
  },
  dataDir: { what: 'A data directory (`dataDir`, `--data-dir`)', packages: { lmdb: '3' } },
  csv: { what: 'Adding from CSV (`cistern add --file x.csv`)', packages: { 'csv-parse': '7' } },
  dashboard: { what: '`cistern dashboard`', packages: { '@hono/node-server': '2' } },
  stack: {
    what: 'The option --stack',
    packages: { '@aws-sdk/client-cloudformation': '3', '@smithy/signature-v4': '5' },
  },
  cdk: {
    what: 'cistern/cdk',
    packages: {
      'aws-cdk-lib': '2',
      constructs: '10',
      esbuild: '0.28',
      ...TYPESCRIPT,
      ...HTTP,
      '@aws-lambda-powertools/logger': '2',
      '@aws-lambda-powertools/metrics': '2',
    },
  },
  ...PRODUCER_PARTS,
  tracing: {
    what: 'Tracing in the functions',
    packages: {
      '@opentelemetry/api': '1',
      '@opentelemetry/context-async-hooks': '2',
      '@opentelemetry/core': '2',
      '@opentelemetry/exporter-trace-otlp-http': '0.223',
      '@opentelemetry/otlp-transformer': '0.223',
      '@opentelemetry/resources': '2',
      '@opentelemetry/sdk-trace-base': '2',
      '@smithy/signature-v4': '5',
    },
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

/**
 * Explains, in `import(…).catch(…)` of a part, which packages are missing and how to install them.
 *
 * @throws CisternError `package.part_missing` where one of the part's packages cannot be found; any other error unchanged
 * @example const { serve } = await import('@hono/node-server').catch(orMissing('dashboard'));
 */
export const orMissing = (name: PartName): ((error: unknown) => never) => explainMissing(name, PARTS[name]);

/**
 * Checks at the start that a part's packages are installed.
 *
 * @param resolve finds a package, and throws where there is none
 * @throws CisternError `package.part_missing`, which names all missing packages
 */
export function assertInstalled(name: PartName, resolve: (packageName: string) => unknown): void {
  const missing = missingOf(name, resolve);
  if (missing.length > 0) throw partMissing(name, PARTS[name], missing);
}

/** Returns the packages of a part that are not installed. */
export function missingOf(name: PartName, resolve: (packageName: string) => unknown): string[] {
  return Object.keys(PARTS[name].packages).filter(packageName => {
    try {
      resolve(packageName);
      return false;
    } catch {
      return true;
    }
  });
}

/** Returns the command that installs all packages of these parts. Installed ones stay. */
export const installCommand = (...names: readonly PartName[]): string =>
  installCommandOf(...names.map(name => PARTS[name]));
