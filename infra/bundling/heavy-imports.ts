import type { DefinitionPackage } from './definition-packages.ts';

/** More than this of a package in what every function loads is worth a word. */
const HEAVY_BYTES = 100_000;

/** What to do about a package that only a handler needs. */
export const OWN_MODULE =
  "If only a handler needs it, import it in a module of the handler's own: handler: () => import('./handler.js').";

/**
 * Says which packages every function loads because the definitions import them, where they are large or beside the
 * bundle. As a rule a handler alone needs them.
 */
export const heavyImports = (packages: readonly DefinitionPackage[]): string[] =>
  packages
    .filter(({ bytes, isBeside }) => isBeside || bytes > HEAVY_BYTES)
    .map(({ name, importer, bytes, isBeside }) => {
      const size = isBeside ? '' : `: ${Math.round(bytes / 1_000)} KB`;
      return `${importer} imports ${name}, so that every function loads it${size}. ${OWN_MODULE}`;
    });
