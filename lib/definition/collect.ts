import { assertDistinct } from './define.ts';
import type { Definition } from './options.ts';

/**
 * Collects the definitions among a module's exports, each once. It looks into exported arrays too, and into the default
 * export: a CommonJS module has all its exports there.
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

/** Recognizes a definition by its shape. Only batch() makes values of this shape, and it has checked them. */
export function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'maxSize' in value &&
    'handler' in value &&
    typeof value.handler === 'function'
  );
}
