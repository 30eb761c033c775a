/** What a module looks for its own files by, or for a module whose name it makes up. */
const PLACES =
  /\b(__dirname|__filename|require\.resolve|createRequire)\b|\bimport\.meta\.(url|dirname|filename|resolve)\b/;
const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/**
 * Whether a module of a package looks for files beside itself: a worker, fonts, templates, an addon. In a bundle it would
 * look beside the bundle, and find nothing.
 */
export const looksForFiles = (source: string): boolean =>
  PLACES.test(source) && PLACES.test(source.replaceAll(COMMENTS, ''));
