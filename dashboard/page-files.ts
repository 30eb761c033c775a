import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PageFile, pageFile } from './page-file.ts';

/** The built page of the package (`build-page.ts`). An installed package has no sources and no Preact. */
const BUILT: string = join(import.meta.dirname, 'built');
const SOURCES: string = join(import.meta.dirname, 'page');

/** Returns the page's files: those of the package, or in a checkout files that are bundled now. */
export async function pageFiles(): Promise<readonly PageFile[]> {
  if (!existsSync(BUILT)) {
    const { bundlePage } = await import('./bundle-page.ts');
    return (await bundlePage(SOURCES)).files;
  }
  const names = await readdir(BUILT);
  return Promise.all(names.map(async name => pageFile(name, await readFile(join(BUILT, name)))));
}
