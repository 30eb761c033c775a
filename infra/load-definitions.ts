import { pathToFileURL } from 'node:url';
import { collectDefinitions } from '#lib/definition/collect';
import type { Definition } from '#lib/definition/options';

/**
 * The definitions that a module exports. Definitions have no side effects, so that reading them needs neither
 * AWS nor an environment.
 *
 * @param path of the module, absolute
 * @throws DefinitionError `definition.duplicate_name`; an error when there is none, since a deployment without
 * definitions can take no item
 */
export async function loadDefinitions(path: string): Promise<Definition[]> {
  const exported: Record<string, unknown> = await import(pathToFileURL(path).href);
  const definitions = collectDefinitions(exported);
  if (definitions.length === 0) {
    throw new Error(`${path} exports no definition. Export what batch() returns, or name another module.`);
  }
  return definitions;
}
