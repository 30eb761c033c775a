import { extname, join, resolve, sep } from 'node:path';

/** Whether this is the source, and not what was compiled of it. */
export const IS_SOURCE: boolean = extname(import.meta.filename) === '.ts';

/** The extension of this package's own modules, as they are here. */
export const EXTENSION: string = IS_SOURCE ? '.ts' : '.js';

/** The folder that has `lib` and `functions`: the package's, or what was compiled into it. */
export const CODE_ROOT: string = resolve(import.meta.dirname, '../..');

/** The package's folder. */
export const PACKAGE_ROOT: string = IS_SOURCE ? CODE_ROOT : resolve(CODE_ROOT, '..');

/** Whether a file is one of those that functions are made of, or makes them, and not the user's. */
export const isOurs = (file: string): boolean =>
  ['lib', 'functions', 'infra'].some(folder => file.startsWith(join(CODE_ROOT, folder) + sep));
