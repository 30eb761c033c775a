import { UnknownBatchError } from '../errors.ts';
import type { Definition } from './options.ts';

/** Returns the definition of that name. @throws UnknownBatchError */
export function findDefinition(definitions: readonly Definition[], name: string): Definition {
  const found = definitions.find(definition => definition.name === name);
  if (found) return found;
  throw new UnknownBatchError(
    name,
    definitions.map(definition => definition.name),
  );
}
