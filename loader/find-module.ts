import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ERROR_CODES from '#lib/error-codes';
import { DefinitionError } from '#lib/errors';

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
/** TypeScript's own spelling: `./orders.js` names `orders.ts`. */
const COMPILED = /\.([mc]?)js$/;

/**
 * The file that a path of a module names: a file with its ending or without, its name after compilation, or a folder with
 * an index.
 *
 * @param given a path, or a URL such as `new URL('./batches', import.meta.url)`
 * @param folder what a relative path is relative to
 * @returns its absolute path
 * @throws DefinitionError `definition.module_not_found`, saying where it was looked for
 */
export function findModule(given: string | URL, folder: string): string {
  const isUrl = given instanceof URL || given.startsWith('file:');
  const base = isUrl ? fileURLToPath(given) : resolve(folder, given);
  const candidates = [
    base,
    ...(COMPILED.test(base) ? [base.replace(COMPILED, '.$1ts')] : []),
    ...EXTENSIONS.map(extension => base + extension),
    ...EXTENSIONS.map(extension => join(base, `index${extension}`)),
  ];
  const found = candidates.find(candidate => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new DefinitionError(
    ERROR_CODES.definitionModuleNotFound,
    `There is no module with definitions at ${JSON.stringify(String(given))}. It was looked for as ${base}, with the endings ${EXTENSIONS.join(', ')}, and as a folder with an index.${isUrl ? '' : ` A relative path is relative to ${folder}.`}`,
    { details: { module: String(given), lookedFor: base } },
  );
}
