import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ERROR_CODES, SettingsError } from '#lib/errors';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

/**
 * The module that a path names: a file with or without its extension, or a folder with an index.
 *
 * @param path relative to the working directory
 * @returns its absolute path
 * @throws SettingsError `settings.invalid` when there is none, saying where it was looked for
 */
export function findModule(path: string): string {
  const base = resolve(path);
  const candidates = [
    base,
    ...EXTENSIONS.map(extension => base + extension),
    ...EXTENSIONS.map(extension => resolve(base, `index${extension}`)),
  ];
  const found = candidates.find(candidate => existsSync(candidate) && statSync(candidate).isFile());
  if (found !== undefined) return found;
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `There is no module with definitions at ${JSON.stringify(path)}; it was looked for at ${base}, with ${EXTENSIONS.join(', ')}, and as a folder with an index. Paths are relative to the working directory.`,
    { details: { setting: 'definitions', value: path } },
  );
}
