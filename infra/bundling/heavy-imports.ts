import type { DefinitionPackage } from './definition-packages.ts';

/** The size from which a package that all functions load is worth a warning. */
const HEAVY_BYTES = 100_000;

/** Advises what to do about a package that only a handler needs. */
export const OWN_MODULE =
  "If only a handler needs it, import it in a module of the handler's own: handler: () => import('./handler.js').";

/**
 * Warns about packages that all functions load because the definitions import them, if they are large or beside the
 * bundle. As a rule only a handler needs them.
 */
export const heavyImports = (packages: readonly DefinitionPackage[]): string[] =>
  packages
    .filter(({ bytes, isBeside }) => isBeside || bytes > HEAVY_BYTES)
    .map(({ name, importer, bytes, isBeside }) => {
      const size = isBeside ? '' : `: ${Math.round(bytes / 1_000)} KB`;
      return `${importer} imports ${name}, so that every function loads it${size}. ${OWN_MODULE}`;
    });
