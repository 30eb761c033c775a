import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PageFile, pageFile } from './page-file.ts';

/** In the package the page is built already (`build-page.ts`): whoever installs it has no sources and no Preact. */
const BUILT: string = join(import.meta.dirname, 'built');
const SOURCES: string = join(import.meta.dirname, 'page');

/** The page's files: from the package as they were built, from a checkout bundled now. */
export async function pageFiles(): Promise<readonly PageFile[]> {
  if (!existsSync(BUILT)) {
    const { bundlePage } = await import('./bundle-page.ts');
    return (await bundlePage(SOURCES)).files;
  }
  const names = await readdir(BUILT);
  return Promise.all(names.map(async name => pageFile(name, await readFile(join(BUILT, name)))));
}
