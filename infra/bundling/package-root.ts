import { extname, join, resolve, sep } from 'node:path';

/** Whether this code is the source, and not its compiled form. */
export const IS_SOURCE: boolean = extname(import.meta.filename) === '.ts';

/** The file extension of this package's modules: that of the source, or of the compiled form. */
export const EXTENSION: string = IS_SOURCE ? '.ts' : '.js';

/** The folder with `lib` and `functions`: the package's folder, or the folder of the compiled form. */
export const CODE_ROOT: string = resolve(import.meta.dirname, '../..');

/** The package's folder. */
export const PACKAGE_ROOT: string = IS_SOURCE ? CODE_ROOT : resolve(CODE_ROOT, '..');

/** Returns whether a file is this package's own, and not the user's. */
export const isOurs = (file: string): boolean =>
  ['lib', 'functions', 'infra'].some(folder => file.startsWith(join(CODE_ROOT, folder) + sep));
