import { assertDistinct } from './define.ts';
import type { Definition } from './options.ts';

/**
 * The definitions among a module's exports, each once, also out of exported arrays, and out of what the default export
 * holds: of a CommonJS module that is all that it exports.
 *
 * @throws DefinitionError `definition.duplicate_name` when two of them share a name
 */
export function collectDefinitions(exported: Readonly<Record<string, unknown>>): Definition[] {
  const { default: main } = exported;
  const inMain = typeof main === 'object' && main !== null && !isDefinition(main) ? Object.values(main) : [];
  const found = new Set([...Object.values(exported), ...inMain].flat().filter(isDefinition));
  const definitions = [...found];
  assertDistinct(definitions);
  return definitions;
}

/** Definitions are made by batch() alone, which has checked them: their shape is enough to know them by. */
function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'maxSize' in value &&
    'handler' in value &&
    typeof value.handler === 'function'
  );
}
