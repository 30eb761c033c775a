import { relative, resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';
import * as ERROR_CODES from '#lib/error-codes';
import { BundlingError } from './bundling-error.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** Makes one error of Cistern's of esbuild's errors, each with its file and line as the user would write them. */
export function explainBuild(error: unknown): unknown {
  if (!isBuildFailure(error)) return error;
  const messages = error.errors.map(({ text, location }) => {
    if (!location) return text;
    const file = relative(process.cwd(), resolve(PACKAGE_ROOT, location.file));
    return `${file}:${location.line}: ${text}`;
  });
  return new BundlingError(
    ERROR_CODES.bundlingFailed,
    `The functions could not be bundled.\n${[...new Set(messages)].join('\n')}`,
    { errors: messages },
  );
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) && 'warnings' in error;
