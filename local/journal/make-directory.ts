import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory with those above it. `mkdir` with `recursive` never returns where the file system says that a path does
 * not exist and cannot be made either, as /proc does.
 *
 * @throws errors of the file system, such as ENOTDIR for a path that is a file
 */
export function makeDirectory(path: string): void {
  const whole = resolve(path);
  const found = statSync(whole, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found !== undefined) {
    throw Object.assign(new Error(`ENOTDIR: not a directory, '${whole}'`), { code: 'ENOTDIR' });
  }
  if (dirname(whole) !== whole) makeDirectory(dirname(whole));
  try {
    mkdirSync(whole);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
