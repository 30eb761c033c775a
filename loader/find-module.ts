import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ERROR_CODES from '#lib/error-codes';
import { DefinitionError } from '#lib/errors';

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
/** TypeScript lets an import name the compiled file: `./orders.js` for `orders.ts`. */
const COMPILED = /\.([mc]?)js$/;

/**
 * Finds the file of a module. Its path may have an ending or none, the ending after compilation, or name a folder with an
 * index file.
 *
 * @param given a path, or a URL such as `new URL('./batches', import.meta.url)`
 * @param folder the folder that a relative path starts from
 * @returns the file's absolute path
 * @throws DefinitionError `definition.module_not_found`, which names the paths that were tried
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
