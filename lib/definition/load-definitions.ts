import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError, ERROR_CODES } from '../errors.ts';
import { collectDefinitions } from './collect.ts';
import type { Definition } from './options.ts';

/**
 * The definitions that a module exports; TypeScript is loaded as it is.
 *
 * @param path of the module, relative to the working directory
 * @throws DefinitionError `definition.duplicate_name`; `definition.invalid` where the module exports none
 */
export async function loadDefinitions(path: string): Promise<Definition[]> {
  const definitions = collectDefinitions(await importModule(pathToFileURL(resolve(path)).href));
  if (definitions.length === 0) {
    throw new DefinitionError(
      ERROR_CODES.definitionInvalid,
      `${path} exports no definition. Export what batch() returns: export const orders = batch({ … }).`,
      { details: { path } },
    );
  }
  return definitions;
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (error) {
    if (!isUnknownExtension(error)) throw error;
    // Node by itself knows no TypeScript; the loader is registered for the process, so that the module and what
    // it imports share this process's instance of the library
    const { register } = await import('tsx/esm/api');
    register();
    // Node remembers that this URL could not be loaded
    return import(`${url}?typescript`);
  }
}

const isUnknownExtension = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
