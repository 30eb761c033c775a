import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { transform } from 'esbuild';

/**
 * A step of `npm run build`: takes the comments out of the compiled ES modules. The types beside them keep them, for editors.
 * A producer installs less, and Node.js reads less. Names and lines stay readable in stack traces.
 */
const dist = resolve(import.meta.dirname, '../dist');

for (const file of await readdir(dist, { recursive: true })) {
  if (!file.endsWith('.js')) continue;
  const path = join(dist, file);
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'js', legalComments: 'none' });
  await writeFile(path, code);
}
