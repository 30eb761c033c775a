/** Expressions by which a module finds files beside itself, or imports a module with a computed name. */
const PLACES =
  /\b(__dirname|__filename|require\.resolve|createRequire)\b|\bimport\.meta\.(url|dirname|filename|resolve)\b/;
const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/**
 * Returns whether a module of a package looks for files beside itself: a worker, fonts, templates, an addon. In a bundle
 * it would look beside the bundle, and find nothing.
 */
export const looksForFiles = (source: string): boolean =>
  PLACES.test(source) && PLACES.test(source.replaceAll(COMMENTS, ''));
