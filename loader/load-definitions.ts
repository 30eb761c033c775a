import { pathToFileURL } from 'node:url';
import { collectDefinitions } from '#lib/definition/collect';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { CisternError, DefinitionError } from '#lib/errors';
import { explainFailure, shownPath } from './explain-failure.ts';
import { findModule } from './find-module.ts';
import { registerTypeScript } from './register-typescript.ts';

/**
 * The definitions that a module exports. `cistern start`, the CDK construct and `startLocal` all load them this way: by
 * tsx, so that TypeScript works as in the user's editor on every Node.js, with the settings of the nearest
 * `tsconfig.json`. They share this process's deployment.
 *
 * @param given the module's path or URL, as `findModule` takes it
 * @param folder what a relative path is relative to. Default: the working directory
 * @throws DefinitionError `definition.module_not_found`; `definition.module_failed`, naming the file and what is wrong
 *   with it; `definition.none_exported`; and what is wrong with a definition
 */
export async function loadDefinitions(
  given: string | URL,
  folder: string = process.cwd(),
): Promise<Definition[]> {
  const module = findModule(given, folder);
  const definitions = collectDefinitions(await importModule(module));
  if (definitions.length > 0) return definitions;
  throw new DefinitionError(
    ERROR_CODES.definitionNoneExported,
    `${shownPath(module)} exports no definition. Export what batch() returns: export const orders = batch({ … }).`,
    { details: { module } },
  );
}

async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    await registerTypeScript(module);
    return await import(IS_COMMONJS ? module : pathToFileURL(module).href);
  } catch (error) {
    // what is wrong with the options of a batch says so by itself
    if (error instanceof CisternError) throw error;
    throw new DefinitionError(ERROR_CODES.definitionModuleFailed, explainFailure(module, error), {
      details: { module },
      cause: error,
    });
  }
}

/** Of this module there is a CommonJS version as well, whose `import()` is `require` and takes no URL. */
const IS_COMMONJS = typeof require === 'function';
