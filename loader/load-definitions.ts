import { pathToFileURL } from 'node:url';
import { collectDefinitions } from '#lib/definition/collect';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { CisternError, DefinitionError } from '#lib/errors';
import { explainFailure, shownPath } from './explain-failure.ts';
import { findModule } from './find-module.ts';
import { registerTypeScript } from './register-typescript.ts';

/**
 * Loads the definitions that a module exports, by tsx, for `cistern start`, the CDK construct and `startLocal`. TypeScript
 * then works on every Node.js as in the user's editor, with the settings of the nearest `tsconfig.json`. The definitions
 * belong to this process's deployment.
 *
 * @param given the module's path or URL, as `findModule` takes it
 * @param folder the folder that a relative path starts from. Default: the working directory
 * @throws DefinitionError `definition.module_not_found`; `definition.module_failed`, which names the file and the reason;
 *   `definition.none_exported`; and the errors of `batch()`
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
    // batch() has thrown an error that explains itself
    if (error instanceof CisternError) throw error;
    throw new DefinitionError(ERROR_CODES.definitionModuleFailed, explainFailure(module, error), {
      details: { module },
      cause: error,
    });
  }
}

/** In the package's CommonJS version of this module, `import()` is `require`, which takes no URL. */
const IS_COMMONJS = typeof require === 'function';
